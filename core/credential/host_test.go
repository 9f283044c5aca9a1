package credential

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sendbridge/core/fault"
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
	for name, ctx := range map[string]context.Context{"the older invocation": first, "the newer": second, "nobody": t.Context()} {
		if c, err := s.Credentials(ctx); err != nil || c != triple("B") {
			t.Errorf("%s gets %s, %v", name, c, err)
		}
	}
}

// A delayed invocation may have credentials that were already replaced.
func TestAnOlderTripleOfTheHostNeverComesBack(t *testing.T) {
	s := newHost(triple("environment"))
	for _, n := range []string{"A", "B", "C", "A", "environment", "B"} {
		s.With(t.Context(), triple(n))
	}
	late := s.With(t.Context(), triple("A"))
	if c, err := s.Credentials(late); err != nil || c != triple("C") || s.Status().Generation != 4 {
		t.Errorf("%s, %v, %s", c, err, s.Status())
	}
	if err := s.Refresh(late, nil); err == nil {
		t.Error("the older one counts as a newer")
	}
	for i := range 10 * maxPast { // the newest stay, whatever is dropped
		s.With(t.Context(), triple(fmt.Sprint("n", i)))
		s.With(t.Context(), triple(fmt.Sprint("n", max(0, i-1))))
		if got, want := get(t, s), fmt.Sprint("n", i); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	if len(s.past) > maxPast {
		t.Errorf("%d are remembered", len(s.past))
	}
}

// Refresh compares with the credentials that its invocation has used, not with those that arrived last.
func TestARefreshOfTheHostIsForItsOwnInvocation(t *testing.T) {
	s := newHost(onsmqtt.Credentials{})
	first := s.With(t.Context(), triple("A"))
	s.Credentials(first)
	second := s.With(t.Context(), triple("B"))
	s.Credentials(second)
	if err := s.Refresh(second, nil); err == nil {
		t.Error("nothing is newer than what the second has used")
	}
	if err := s.Refresh(first, nil); err != nil {
		t.Errorf("the first has used an older one: %v", err)
	}
	s.Credentials(first)
	if err := s.Refresh(first, nil); err == nil {
		t.Error("the first has used the newest now")
	}
	if err := s.Refresh(t.Context(), nil); err == nil {
		t.Error("an invocation without credentials has refreshed")
	}
}

// Rejected credentials cannot be renewed here, but another invocation may have provided newer ones.
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
	if fault.Of(err).Code != fault.CodeNoRole || fault.Of(err).Actor != "role" {
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

// If the API rejects the newest credentials and the host passes earlier ones again, those are used.
func TestTheHostMayGoBack(t *testing.T) {
	s := newHost(triple("environment"))
	s.With(t.Context(), triple("A"))
	refused := s.With(t.Context(), triple("B"))
	if c, err := s.Credentials(refused); err != nil || c != triple("B") {
		t.Fatal(c, err)
	}
	if err := s.Refresh(refused, nil); err == nil || strings.Contains(err.Error(), "no invocation has brought others") {
		t.Errorf("%v", err)
	}
	back := s.With(t.Context(), triple("A"))
	if c, err := s.Credentials(back); err != nil || c != triple("A") {
		t.Errorf("%s, %v", c, err)
	}
	if err := s.Refresh(refused, nil); err != nil { // the older invocation retries with A
		t.Error(err)
	}
	late := s.With(t.Context(), triple("B"))
	if c, err := s.Credentials(late); err != nil || c != triple("A") {
		t.Errorf("%s, %v: the rejected credentials are used again", c, err)
	}
	late = s.With(t.Context(), triple("environment"))
	if c, err := s.Credentials(late); err != nil || c != triple("A") {
		t.Errorf("%s, %v: replaced credentials were forgotten", c, err)
	}
}
