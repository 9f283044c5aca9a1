package credential

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
)

// A place is a link whose answer a test sets.
type place struct{ err error }

func (p *place) link(name string) link {
	return link{name, func(context.Context) (Grant, error) {
		return Grant{Credentials: triple(name), Provider: name}, p.err
	}}
}

// Another link is another caller with other permissions. A temporary error of a configured link must not switch to another
// caller.
func TestATemporaryErrorDoesNotChangeTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttled := newFault("oidc", "Throttling", "")
		throttled.Class = fault.ClassThrottled
		oidc, ecs := new(place), new(place)
		c := &chain{name: KindDefault, links: []link{oidc.link("oidc"), ecs.link("ecs")}}
		s := New(KindDefault, c.fetch)
		if got := get(t, s); got != "oidc" {
			t.Fatal(got)
		}
		for _, trouble := range []error{unanswered(t.Context(), newFault("oidc", fault.CodeSTSUnreachable, ""), "https://sts", context.DeadlineExceeded), throttled} {
			oidc.err = trouble
			time.Sleep(unknownLife)
			get(t, s) // starts the fetch
			synctest.Wait()
			if got := get(t, s); got != "oidc" || s.Status().LastError == nil {
				t.Errorf("%s, %v", got, s.Status().LastError)
			}
		}
		if err := New(KindDefault, c.fetch).Refresh(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "Throttling") || fault.Of(err).Class != fault.ClassThrottled {
			t.Errorf("at the start: %v", err)
		}
	})
}

// Links are tried in order each time, so the first one is used again once it works.
func TestTheFirstLinkComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		oidc, ecs := &place{err: newFault("oidc", "EntityNotExist.Role", "")}, new(place)
		c := &chain{name: KindDefault, links: []link{oidc.link("oidc"), ecs.link("ecs")}}
		s := New(KindDefault, c.fetch)
		if got := get(t, s); got != "ecs" {
			t.Fatal(got)
		}
		oidc.err = nil
		time.Sleep(unknownLife)
		get(t, s)
		synctest.Wait()
		if got := get(t, s); got != "oidc" || s.Status().Generation != 2 {
			t.Errorf("%s, %s", got, s.Status())
		}
	})
}
