package credential

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// After a resume, the old fetch has a dead connection and timers that stood still. The wall clock went on.
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

// What ended while a process was frozen is not given out by it.
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

// While another triple is being fetched, no call uses the one that the API has refused. When it is late, that one is
// still better than none.
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
