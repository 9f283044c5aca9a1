package credential

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sendbridge/core/onsmqtt"
)

func containsAll(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

func TestTheHostsNewestTripleIsGivenOut(t *testing.T) {
	s := newHost(triple("environment"))
	if got := get(t, s); got != "environment" {
		t.Errorf("before an invocation: %s", got)
	}
	first := s.With(t.Context(), triple("A"))
	if c, err := s.Credentials(first); err != nil || c != triple("A") {
		t.Errorf("%v, %v", c, err)
	}
	second := s.With(t.Context(), triple("B"))
	for name, ctx := range map[string]interface{ Err() error }{"the older invocation": first, "the newer": second} {
		if got := get(t, s); got != "B" || ctx.Err() != nil {
			t.Errorf("%s gets %s", name, got)
		}
	}
}

// A refused triple can't be renewed from here, but another invocation may have brought a newer one since.
func TestTheHostsRefreshIsANewerInvocation(t *testing.T) {
	s := newHost(onsmqtt.Credentials{})
	ctx := s.With(t.Context(), triple("A"))
	if c, _ := s.Credentials(ctx); c != triple("A") {
		t.Fatal(c)
	}
	if err := s.Refresh(ctx, errors.New("expired")); err == nil {
		t.Error("nothing is newer")
	}
	s.With(t.Context(), triple("B"))
	if err := s.Refresh(ctx, errors.New("expired")); err != nil {
		t.Error(err)
	}
	if c, _ := s.Credentials(ctx); c != triple("B") {
		t.Error(c)
	}
}

func TestWithoutARoleTheHostSaysWhoseTurnItIs(t *testing.T) {
	s := newHost(onsmqtt.Credentials{})
	_, err := s.Credentials(s.With(t.Context(), onsmqtt.Credentials{}))
	var who interface{ Actor() string }
	if codeIn(err) != codeNoRole || !errors.As(err, &who) || who.Actor() != "role" {
		t.Errorf("%v", err)
	}
}

func TestTheHostsTriplesNeverMix(t *testing.T) {
	s := newHost(onsmqtt.Credentials{})
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 200 {
				c, err := s.Credentials(s.With(t.Context(), triple(fmt.Sprint(n, "-", i))))
				if err != nil {
					t.Error(err)
				}
				whole(t, c)
			}
		})
	}
	wg.Wait()
}
