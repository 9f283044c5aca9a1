package credential

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
)

func TestFiftyCallersShareAFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: 10 * time.Millisecond, lives: time.Hour}
		s := New("mint", m.fetch)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if c, err := s.Credentials(t.Context()); err != nil {
					t.Error(err)
				} else {
					whole(t, c)
				}
			})
		}
		wg.Wait()
		if n := m.fetches.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

// A caller may look at the credentials just before a fetch publishes others, and ask for a fetch just after it has ended.
func TestACallerThatComesLateStartsNoOtherFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second, lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		if g, err := s.renewed(t.Context(), nil, s.wall()); err != nil || g.AccessKeyID != "STS.key-1" || m.fetches.Load() != 1 {
			t.Errorf("none seen: %v, %d fetches", err, m.fetches.Load())
		}
		s.suspect(s.current.Load(), s.wall())
		refused := s.current.Load()
		get(t, s)
		if g, err := s.renewed(t.Context(), refused, s.wall()); err != nil || g.AccessKeyID != "STS.key-2" || m.fetches.Load() != 2 {
			t.Errorf("rejected ones seen: %v, %d fetches", err, m.fetches.Load())
		}
	})
}

func TestAWaitEndsWithItsContextAndTheFetchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: 3 * time.Second, lives: time.Hour}
		s := New("mint", m.fetch)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.Credentials(ctx)
		if took := time.Since(start); took != time.Second || !errors.Is(err, context.DeadlineExceeded) || fault.Of(err).Code != fault.CodeCredentialsLate {
			t.Errorf("after %s: %v", took, err)
		}
		if got := get(t, s); got != "1" || time.Since(start) != 3*time.Second || m.fetches.Load() != 1 {
			t.Errorf("triple %s after %s and %d fetches", got, time.Since(start), m.fetches.Load())
		}
	})
}

func TestAFetchHasABoundOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Hour}
		s := New("mint", m.fetch)
		start := time.Now()
		if _, err := s.Credentials(t.Context()); err == nil || time.Since(start) != fetchLimit {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

// The library alone fetches when three minutes are left, makes callers wait, and fails them although the old credentials
// are valid.
func TestTheOldTripleIsServedUntilItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second, lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		m.fails.Store(true)
		end := time.Now().Add(time.Hour - time.Second) // the first fetch took a second
		for time.Now().Before(end.Add(-time.Minute)) {
			before := time.Now()
			if got := get(t, s); got != "1" || !time.Now().Equal(before) {
				t.Fatalf("triple %s, after a wait of %s, with %s left", got, time.Since(before), time.Until(end))
			}
			time.Sleep(30 * time.Second)
		}
		if n := m.fetches.Load(); n < 5 {
			t.Errorf("%d fetches in the last minutes", n)
		}
		time.Sleep(2 * time.Minute)
		if _, err := s.Credentials(t.Context()); fault.Of(err).Code != "Broken" {
			t.Errorf("past its end: %v", err)
		}
		m.fails.Store(false)
		time.Sleep(coolDown)
		if got := get(t, s); got == "1" {
			t.Error("the mint is fixed, and gives the old triple")
		}
	})
}

func TestRefreshAheadOfTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second, lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		time.Sleep(time.Hour - aheadAtMost - time.Minute)
		if get(t, s); m.fetches.Load() != 1 {
			t.Error("renewed too early")
		}
		time.Sleep(aheadAtMost - ahead + time.Minute)
		if got := get(t, s); got != "1" {
			t.Errorf("the caller who starts a fetch gets %s", got)
		}
		time.Sleep(2 * time.Second)
		if got := get(t, s); got != "2" || m.fetches.Load() != 2 {
			t.Errorf("triple %s after %d fetches", got, m.fetches.Load())
		}
	})
}

func TestForcedRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{takes: time.Second, lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := s.Refresh(t.Context(), errors.New("refused")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := get(t, s); got != "2" || m.fetches.Load() != 2 {
			t.Errorf("triple %s after %d fetches", got, m.fetches.Load())
		}
		if r := s.Status().Forced; r == nil || !r.Changed {
			t.Errorf("%+v", r)
		}
		m.sameOnes = true
		s.Refresh(t.Context(), nil) // returns the first ones again
		if err := s.Refresh(t.Context(), nil); err == nil {
			t.Error("the same triple again counts as a change")
		}
		m.fails.Store(true)
		if err := s.Refresh(t.Context(), nil); fault.Of(err).Code != "Broken" {
			t.Errorf("%v", err)
		}
		if got := get(t, s); got != "1" {
			t.Errorf("a failed refresh takes the triple away: %s", got)
		}
	})
	if err := Fixed("k", triple("1")).Refresh(t.Context(), nil); err == nil {
		t.Error("a fixed key changes")
	}
}

// A failed first fetch is not final: the next caller starts another.
func TestAFailureIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{lives: time.Hour}
		m.fails.Store(true)
		s := New("mint", m.fetch)
		for range 10 {
			if _, err := s.Credentials(t.Context()); fault.Of(err).Code != "Broken" {
				t.Error(err)
			}
		}
		if n := m.fetches.Load(); n != 1 {
			t.Errorf("%d fetches within a moment of a failure", n)
		}
		m.fails.Store(false)
		time.Sleep(coolDown)
		get(t, s)
	})
}

func TestPanicsAreErrorsWithoutTheirWords(t *testing.T) {
	for want, p := range map[string]any{"panic of type string": "secret-1", "nil pointer": (*mint)(nil)} {
		s := New("mint", func(ctx context.Context) (Grant, error) {
			if m, ok := p.(*mint); ok {
				return m.fetch(ctx)
			}
			panic(p)
		})
		_, err := s.Credentials(t.Context())
		if fault.Of(err).Code != fault.CodeCredentialsPanic || !containsAll(err.Error(), want) || containsAll(err.Error(), "secret-1") {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestHalfATripleIsNone(t *testing.T) {
	s := New("mint", func(context.Context) (Grant, error) {
		return Grant{Credentials: triple("1"), Expires: time.Now().Add(-time.Second)}, nil
	})
	if _, err := s.Credentials(t.Context()); fault.Of(err).Code != fault.CodeCredentialsOver {
		t.Errorf("ended already: %v", err)
	}
	s = New("mint", func(context.Context) (Grant, error) {
		c := triple("1")
		c.AccessKeySecret = ""
		return Grant{Credentials: c}, nil
	})
	if _, err := s.Credentials(t.Context()); fault.Of(err).Code != fault.CodeCredentialsIncomplete {
		t.Errorf("no secret: %v", err)
	}
}

func TestTheHotPathAllocatesNothing(t *testing.T) {
	s := Fixed("k", triple("1"))
	if n := testing.AllocsPerRun(100, func() { s.Credentials(t.Context()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCredentials(b *testing.B) {
	m := &mint{lives: time.Hour}
	s := New("mint", m.fetch)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Credentials(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
