package timelimit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/internal/timelimit"
)

type key struct{}

func TestAContextEndsAtItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := timelimit.With(t.Context(), 3*time.Second)
		defer c.Release()
		if at, ok := c.Deadline(); !ok || at.Sub(began) != 3*time.Second {
			t.Errorf("deadline after %s, %t", at.Sub(began), ok)
		}
		<-c.Done()
		if took := time.Since(began); took != 3*time.Second || c.Err() != context.DeadlineExceeded {
			t.Errorf("it ended after %s: %v", took, c.Err())
		}
	})
}

// Nobody needs to call Done to learn that the time is over.
func TestErrLooksAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := timelimit.With(t.Context(), time.Second)
		defer c.Release()
		time.Sleep(time.Second - 1)
		if err := c.Err(); err != nil {
			t.Errorf("before its deadline: %v", err)
		}
		time.Sleep(time.Nanosecond)
		if err := c.Err(); err != context.DeadlineExceeded {
			t.Errorf("at its deadline: %v", err)
		}
		select {
		case <-c.Done():
		default:
			t.Error("Err says that it has ended, Done does not")
		}
	})
}

// The first error stays, whatever happens later.
func TestErrDoesNotChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(t.Context())
		late, early := timelimit.With(parent, time.Second), timelimit.With(parent, time.Hour)
		defer late.Release()
		defer early.Release()
		time.Sleep(time.Second)
		if err := late.Err(); err != context.DeadlineExceeded {
			t.Errorf("after the limit: %v", err)
		}
		cancel()
		if err := early.Err(); err != context.Canceled {
			t.Errorf("after its parent: %v", err)
		}
		time.Sleep(time.Hour)
		if late.Err() != context.DeadlineExceeded || early.Err() != context.Canceled {
			t.Errorf("later: %v, %v", late.Err(), early.Err())
		}
	})
}

func TestAContextEndsWithItsParent(t *testing.T) {
	for name, wrap := range map[string]func(context.Context) context.Context{
		"direct": func(ctx context.Context) context.Context { return timelimit.With(ctx, time.Minute) },
		"below a Context": func(ctx context.Context) context.Context {
			return timelimit.With(timelimit.With(ctx, time.Minute), time.Hour)
		},
		"below a value": func(ctx context.Context) context.Context {
			return timelimit.With(context.WithValue(timelimit.With(ctx, time.Minute), key{}, 1), time.Hour)
		},
		"a child of a Context": func(ctx context.Context) context.Context {
			return context.WithValue(timelimit.With(ctx, time.Minute), key{}, 1)
		},
	} {
		for _, waiting := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				parent, cancel := context.WithCancel(t.Context())
				c := wrap(parent)
				var ended <-chan struct{}
				if waiting {
					ended = c.Done()
				}
				cancel()
				if err := c.Err(); !waiting && err != context.Canceled {
					t.Errorf("%s, nobody waiting: %v", name, err)
				}
				if waiting {
					<-ended
				}
				if c.Err() != context.Canceled {
					t.Errorf("%s: %v", name, c.Err())
				}
			})
		}
	}
}

func TestTheEarlierDeadlineCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		for name, c := range map[string]context.Context{
			"the parent's":         timelimit.With(second, time.Minute),
			"its own":              timelimit.With(timelimit.With(t.Context(), time.Minute), time.Second),
			"the outer Context's":  timelimit.With(timelimit.With(t.Context(), time.Second), time.Minute),
			"two Contexts further": timelimit.With(timelimit.With(timelimit.With(t.Context(), time.Second), time.Minute), time.Hour),
		} {
			if at, _ := c.Deadline(); time.Until(at) != time.Second {
				t.Errorf("%s: in %s", name, time.Until(at))
			}
		}
	})
}

// A child of the standard library ends with a Context, and has its values.
func TestChildren(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := timelimit.With(context.WithValue(t.Context(), key{}, "kept"), time.Second)
		defer c.Release()
		if c.Value(key{}) != "kept" {
			t.Error("the parent's value is lost")
		}
		child, cancel := context.WithCancel(c)
		defer cancel()
		<-child.Done()
		if child.Err() != context.DeadlineExceeded || context.Cause(child) != context.DeadlineExceeded || child.Value(key{}) != "kept" {
			t.Errorf("%v, %v, %v", child.Err(), context.Cause(child), child.Value(key{}))
		}
		if at := timelimit.With(child, time.Hour); !errors.Is(at.Err(), context.DeadlineExceeded) {
			t.Errorf("below a context that has ended: %v", at.Err())
		}
	})
}

// A test in a bubble fails if a goroutine is left, and a timer that runs would move the bubble's time on.
func TestReleaseStopsTheTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := timelimit.With(t.Context(), time.Hour)
		ended := c.Done()
		c.Release()
		<-ended
		if c.Err() != context.Canceled {
			t.Errorf("%v", c.Err())
		}
		timelimit.With(t.Context(), time.Hour).Release() // no timer has started
	})
}

// This is the purpose of the package: a request that nobody waits for starts no timer, and two limits cost one.
func TestAllocations(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	defer cancel()
	limits := func(wait bool) float64 {
		return testing.AllocsPerRun(100, func() {
			outer := timelimit.With(parent, time.Hour)
			defer outer.Release()
			inner := timelimit.With(outer, time.Minute)
			defer inner.Release()
			if wait {
				inner.Done()
			}
		})
	}
	if n := limits(false); n > 2 {
		t.Errorf("two limits without a wait make %v allocations, want at most 2", n)
	}
	standard := testing.AllocsPerRun(100, func() {
		outer, done := context.WithTimeout(parent, time.Hour)
		defer done()
		inner, done := context.WithTimeout(outer, time.Minute)
		defer done()
		inner.Done()
	})
	if n := limits(true); n >= standard-3 {
		t.Errorf("two limits with a wait make %v allocations, and %v with package context", n, standard)
	}
}
