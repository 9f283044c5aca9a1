package credential

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// After a resume, the connection of an old fetch is closed and its timers stood still, but the wall clock continued.
func TestAFetchThatWasFrozenIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var frozen time.Duration
		old := make(chan struct{})
		n := 0
		s := New("mint", func(context.Context) (Grant, error) {
			if n++; n == 1 {
				<-old
				return Grant{Credentials: triple("old")}, nil
			}
			return Grant{Credentials: triple("new")}, nil
		})
		s.now = func() time.Time { return time.Now().Add(frozen) }
		go s.Warm(t.Context())
		synctest.Wait()
		frozen = time.Hour
		if got := get(t, s); got != "new" {
			t.Error(got)
		}
		close(old)
		synctest.Wait()
		if got := get(t, s); got != "new" || s.Status().Generation != 1 {
			t.Errorf("the old fetch came back with %s", got)
		}
	})
}

// Credentials that expired while the process was frozen are not used.
func TestATripleThatEndedInAFreeze(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var frozen time.Duration
		m := &mint{lives: time.Hour, takes: time.Second}
		s := New("mint", m.fetch)
		s.now = func() time.Time { return time.Now().Add(frozen) }
		get(t, s)
		frozen = 2 * time.Hour
		m.lives = 3 * time.Hour
		if got := get(t, s); got != "2" {
			t.Error(got)
		}
	})
}

// While other credentials are being fetched, no call uses rejected ones. If the fetch takes too long, they are used anyway.
func TestARefusedTripleIsNotUsedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		m.takes = time.Second
		go s.Refresh(t.Context(), errors.New("refused"))
		synctest.Wait()
		began := time.Now()
		if got := get(t, s); got != "2" || time.Since(began) != time.Second {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		m.takes = time.Minute
		go s.Refresh(t.Context(), errors.New("refused"))
		synctest.Wait()
		began = time.Now()
		if got := get(t, s); got != "2" || time.Since(began) != suspicion {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		time.Sleep(fetchLimit)
	})
}
