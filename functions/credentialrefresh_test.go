package functions_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/credential"
	"sendbridge/core/onstest"
)

// newRole returns a scene with the credentials of a role, in virtual time.
func newRole(t *testing.T) *scene {
	t.Helper()
	return newSceneWith(t, onstest.Quota{}, func(wire http.RoundTripper) (*credential.Source, error) {
		return credential.Open(credential.KindRAMRoleARN, map[string]string{
			"ALIBABA_CLOUD_STS_ENDPOINT": "http://127.0.0.1:1", "ALIBABA_CLOUD_ROLE_ARN": onstest.Role{Name: onstest.RoleName}.ARN(),
			"ALIBABA_CLOUD_ACCESS_KEY_ID": onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": onstest.AccessKeySecret,
		}, &credential.Options{Transport: wire})
	})
}

// sends delivers an event and returns the number of calls of SendMessage.
func (s *scene) sends(t *testing.T, id string) (int, core.Result) {
	t.Helper()
	e, err := cloudevent.DecodeEvent([]byte(faultEvent(id)))
	if err != nil {
		t.Fatal(err)
	}
	before := s.emulator.Stats().Requests
	r := s.app.Bridge.Deliver(t.Context(), []core.Record{{Event: e}})[0]
	return s.emulator.Stats().Requests - before, r
}

func (s *scene) change(t *testing.T, c onstest.Change) {
	t.Helper()
	if err := s.emulator.Change(c); err != nil {
		t.Fatal(err)
	}
}

// If STS says that the role does not exist, only a person can help: a message makes no second call, and after five messages
// the breaker allows only one probe at a time.
func TestCallsForARoleThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newRole(t)
		if n, r := s.sends(t, "fine"); n != 1 || r.Err != nil {
			t.Fatalf("%d calls, %v", n, r.Err)
		}
		s.change(t, onstest.Change{Delete: []string{onstest.RoleName}})
		const pace = 10 * time.Millisecond // more than the limiter's, less than a backoff
		for i := range 5 {
			began := time.Now()
			n, r := s.sends(t, fmt.Sprint("gone-", i))
			if n != 1 || r.Err == nil || !strings.Contains(r.Err.Error(), "EntityNotExist.Role") || time.Since(began) > pace {
				t.Errorf("event %d: %d calls in %s, %v", i, n, time.Since(began), r.Err)
			}
		}
		if n, _ := s.sends(t, "stopped"); n != 0 || s.app.Breaker() != "open" {
			t.Errorf("%d calls, the breaker is %s", n, s.app.Breaker())
		}
		s.change(t, onstest.Change{Restore: []string{onstest.RoleName}})
		time.Sleep(time.Second) // the first wait of the breaker
		if n, r := s.sends(t, "back"); n != 1 || r.Err != nil || s.app.Breaker() != "closed" {
			t.Errorf("the probe: %d calls, %v, the breaker is %s", n, r.Err, s.app.Breaker())
		}
	})
}

// A role without permissions is not a fault of the credentials: there is no refresh and no second call.
func TestCallsForARoleThatMayNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newRole(t)
		s.sends(t, "fine")
		s.change(t, onstest.Change{Deny: []string{onstest.RoleName}})
		before := s.calls.Load()
		n, r := s.sends(t, "denied")
		if all := s.calls.Load() - before; n != 1 || all != 2 || r.Err == nil || !strings.Contains(r.Err.Error(), "NoPermission") {
			t.Errorf("%d sends of %d calls, one of which asks for the caller: %v", n, all, r.Err)
		}
		s.change(t, onstest.Change{Restore: []string{onstest.RoleName}})
		if n, r := s.sends(t, "back"); n != 1 || r.Err != nil {
			t.Errorf("%d calls, %v", n, r.Err)
		}
	})
}

// Fifty calls with an expired token are in flight. None of them fails, and one refresh serves all.
func TestATokenThatEndsUnderFiftyCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 50
		a := newAssumed(t, fmt.Sprint("SENDBRIDGE_CONCURRENCY=", calls))
		a.post(t, "first")
		var arrived sync.WaitGroup
		arrived.Add(calls)
		end := sync.OnceFunc(func() { a.emulator.Change(onstest.Change{Expire: []string{"*"}}) })
		a.onSend = func(n int64) {
			if n <= 1+calls {
				arrived.Done()
				arrived.Wait()
				end()
			}
		}
		var records []core.Record
		for i := range calls {
			e, err := cloudevent.DecodeEvent([]byte(faultEvent(fmt.Sprint("w-", i))))
			records = append(records, core.Record{Event: e, Err: err})
		}
		for i, r := range a.app.Bridge.Deliver(t.Context(), records) {
			if r.Outcome != core.Sent {
				t.Errorf("%d: %v", i, r.Err)
			}
		}
		if n, sends := a.assumes.Load(), a.sends.Load(); n != 2 || sends != 1+2*calls {
			t.Errorf("%d times assumed, %d sends", n, sends)
		}
	})
}
