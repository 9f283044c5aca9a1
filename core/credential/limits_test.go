package credential

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// drawing sets a source's random part to its minimum or maximum.
func (s *Source) drawing(most bool) *Source {
	s.random = func(n int64) int64 {
		if most {
			return n - 1
		}
		return 0
	}
	return s
}

// The times equal the figures in docs and in the package's comment.
func TestWhenATripleIsReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		lives time.Duration // 0 is unknown
		most  bool
		after time.Duration
	}{
		"an hour, at the latest":          {lives: time.Hour, after: 55 * time.Minute},
		"an hour, at the earliest":        {lives: time.Hour, most: true, after: 50*time.Minute + 1},
		"of a quarter of an hour a third": {lives: 15 * time.Minute, most: true, after: 10 * time.Minute},
		"of three minutes a third":        {lives: 3 * time.Minute, after: 2 * time.Minute},
		"an unknown life":                 {after: 5 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &mint{lives: c.lives}
			s := New("mint", m.fetch).drawing(c.most)
			get(t, s)
			time.Sleep(c.after - 1)
			get(t, s)
			synctest.Wait()
			if n := m.fetches.Load(); n != 1 {
				t.Errorf("%s: fetched again before %s", name, c.after)
			}
			time.Sleep(time.Nanosecond)
			get(t, s)
			synctest.Wait()
			if n := m.fetches.Load(); n != 2 {
				t.Errorf("%s: not fetched again after %s", name, c.after)
			}
		})
	}
}

func TestATripleEndsAtItsEnd(t *testing.T) {
	end := time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	g := &generation{Grant: Grant{Expires: end}}
	if g.ended(end.Add(-1)) || !g.ended(end) || !g.ended(end.Add(1)) {
		t.Errorf("ended: %t before, %t at, %t after", g.ended(end.Add(-1)), g.ended(end), g.ended(end.Add(1)))
	}
	if (&generation{}).ended(end) {
		t.Error("what has no end has ended")
	}
	g.due = end
	if !g.quiet(end.Add(-1)) || g.quiet(end) || !(&generation{}).quiet(end) {
		t.Error("a fetch is due at its time, and never where there is none")
	}
}

func TestAFetchEndsAfterFifteenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New("mint", (&mint{takes: time.Hour}).fetch)
		began := time.Now()
		if _, err := s.Credentials(t.Context()); err == nil || time.Since(began) != 15*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// A failure is returned for 900 ms without usable credentials, and for 30 s with them.
func TestHowLongAFailureAnswers(t *testing.T) {
	for wait, lives := range map[time.Duration]time.Duration{900 * time.Millisecond: 0, 30 * time.Second: 8 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			m := &mint{lives: lives}
			s := New("mint", m.fetch)
			if lives > 0 {
				get(t, s)
				time.Sleep(lives * 3 / 4) // new ones are due, and the old ones still valid
			}
			m.fails.Store(true)
			ask := func() int64 {
				s.Credentials(t.Context())
				synctest.Wait()
				return m.fetches.Load()
			}
			first := ask()
			time.Sleep(wait - 1)
			if n := ask(); n != first {
				t.Errorf("asked again within %s", wait)
			}
			time.Sleep(time.Nanosecond)
			if n := ask(); n != first+1 {
				t.Errorf("not asked again after %s", wait)
			}
		})
	}
}

// Rejected credentials are used again after two seconds without others.
func TestASuspicionLastsTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mint{lives: time.Hour}
		s := New("mint", m.fetch)
		get(t, s)
		m.takes = 10 * time.Second
		go s.Refresh(t.Context(), errors.New("refused"))
		synctest.Wait()
		began := time.Now()
		if got := get(t, s); got != "1" || time.Since(began) != 2*time.Second {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		time.Sleep(time.Minute)
	})
}

// If the clock is set back by an hour, a failure must not last for an hour, and no caller may wait that long.
func TestAClockThatIsSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back time.Duration
		m := &mint{}
		m.fails.Store(true)
		s := New("mint", m.fetch)
		s.now = func() time.Time { return time.Now().Add(-back) }
		s.Credentials(t.Context())
		back = time.Hour
		m.fails.Store(false)
		if c, err := s.Credentials(t.Context()); err != nil || c != triple("2") {
			t.Errorf("%s, %v", c, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var back time.Duration
		n := 0
		s := New("mint", func(ctx context.Context) (Grant, error) {
			if n++; n == 1 {
				<-ctx.Done()
				return Grant{}, ctx.Err()
			}
			return Grant{Credentials: triple("new")}, nil
		})
		s.now = func() time.Time { return time.Now().Add(-back) }
		go s.Warm(t.Context())
		synctest.Wait()
		back = time.Hour
		began := time.Now()
		if got := get(t, s); got != "new" || time.Since(began) != 0 {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		time.Sleep(time.Minute)
	})
	start := time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	for now, want := range map[time.Duration]bool{-1: false, 0: true, time.Second - 1: true, time.Second: false} {
		if got := within(start.Add(now), start, time.Second); got != want {
			t.Errorf("%s after the start is within a second: %t", now, got)
		}
	}
}

// The sixteen sets of credentials that were replaced last are recognised, the one before them is not.
func TestSixteenReplacedTriplesAreKnown(t *testing.T) {
	s := newHost(triple("0"))
	for n := 1; n <= 17; n++ {
		s.With(t.Context(), triple(fmt.Sprint(n)))
	}
	for n := 1; n <= 16; n++ {
		s.With(t.Context(), triple(fmt.Sprint(n)))
		if got := get(t, s); got != "17" {
			t.Fatalf("an older one came back: %s", got)
		}
	}
	s.With(t.Context(), triple("0"))
	if got := get(t, s); got != "0" {
		t.Errorf("more than sixteen are kept: %s is given out", got)
	}
}
