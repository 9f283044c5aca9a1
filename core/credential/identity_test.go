package credential

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// A desk answers requests for the identity and counts them.
type desk struct {
	asked int
	takes time.Duration
	err   error
}

func (d *desk) ask(ctx context.Context, c onsmqtt.Credentials) (Identity, error) {
	d.asked++
	select {
	case <-time.After(d.takes):
		return Identity{Account: "1", ARN: "acs:ram::1:assumed-role/bridge/" + c.AccessKeyID}, d.err
	case <-ctx.Done():
		return Identity{}, newFault("desk", fault.CodeSTSTimeout, "")
	}
}

func TestTheCallerIsAskedForOnceAGeneration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{takes: time.Second}
		m := &mint{lives: time.Hour}
		s := New("mint", m.fetch)
		s.ask = d.ask
		if _, err := s.Identity(t.Context()); fault.Of(err).Code != fault.CodeIdentityUnknown || d.asked != 0 {
			t.Errorf("before there is a triple: %v", err)
		}
		for generation := 1; generation <= 2; generation++ {
			get(t, s)
			began := time.Now()
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					if i, err := s.Identity(t.Context()); err != nil || i.Role() != "acs:ram::1:role/bridge" || !strings.HasSuffix(i.ARN, s.Status().AccessKeyID) && i.Account != "1" {
						t.Errorf("%+v, %v", i, err)
					}
				})
			}
			wg.Wait()
			s.Identity(t.Context())
			if d.asked != generation || time.Since(began) != time.Second {
				t.Errorf("asked %d times in generation %d, %s", d.asked, generation, time.Since(began))
			}
			if err := s.Refresh(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTheQuestionForTheCallerIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{takes: time.Hour}
		s := Fixed("k", triple("1"))
		s.ask = d.ask
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := s.Identity(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("a caller in a hurry: %v after %s", err, time.Since(began))
		}
		if _, err := s.Identity(t.Context()); fault.Of(err).Code != fault.CodeSTSTimeout || time.Since(began) != identityLimit {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if _, err := s.Identity(t.Context()); fault.Of(err).Code != fault.CodeSTSTimeout || time.Since(began) != identityLimit || d.asked != 1 {
			t.Errorf("asked again: %v", err)
		}
	})
}
