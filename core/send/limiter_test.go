package send_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/send"
)

// admit queues n callers, one after another, with this patience; 0 means no limit. It returns the times at which Wait
// returned nil, in the queue's order, and the errors of the other callers.
func admit(t *testing.T, l interface{ Wait(context.Context) error }, n int, patience time.Duration) (through map[int]time.Duration, errs map[int]error) {
	t.Helper()
	ctx := t.Context()
	if patience > 0 {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = limited
	}
	type decision struct {
		caller int
		at     time.Duration
		err    error
	}
	start := time.Now()
	decisions := make(chan decision, n)
	for i := range n {
		go func() {
			err := l.Wait(ctx)
			decisions <- decision{i, time.Since(start), err}
		}()
		synctest.Wait()
	}
	through, errs = map[int]time.Duration{}, map[int]error{}
	for range n {
		if d := <-decisions; d.err == nil {
			through[d.caller] = d.at
		} else {
			errs[d.caller] = d.err
		}
	}
	return through, errs
}

// peak returns the largest number of times within one second, including both ends.
func peak(times []time.Duration) (most int) {
	first := 0
	for i, at := range times {
		for times[first] < at-time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// Under constant load, no second has more calls than the rate minus a fiftieth, which is for delayed calls, and none has
// many less.
func TestTheRateIsKeptAndUsed(t *testing.T) {
	for _, rate := range []int{1, 2, 7, 25, 99, 100, 250, 300, 1000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seconds := 100
				if rate >= 99 {
					seconds = 20
				}
				l := send.NewLimiter(rate)
				var times []time.Duration
				for start := time.Now(); time.Since(start) < time.Duration(seconds)*time.Second; {
					if err := l.Wait(t.Context()); err != nil {
						t.Fatal(err)
					}
					times = append(times, time.Since(start))
				}
				if got := peak(times); got > 1+rate*98/100 {
					t.Errorf("%d calls in a second", got)
				}
				if share := float64(len(times)) / float64(seconds*rate); share < 0.96 {
					t.Errorf("%.1f %% of the rate used", 100*share)
				}
			})
		})
	}
}

func TestCallersAreServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		through, errs := admit(t, send.NewLimiter(10), 50, 0)
		if len(errs) > 0 || through[0] != 0 {
			t.Fatalf("errors %v, the first waited %s", errs, through[0])
		}
		for i := 1; i < 50; i++ {
			if gap := through[i] - through[i-1]; gap < 100*time.Millisecond || gap > 105*time.Millisecond {
				t.Errorf("caller %d came %s after the one before", i, gap)
			}
		}
	})
}

// A call that arrives at the moment of another caller's turn waits behind it.
func TestCallersKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 100 {
			l := send.NewLimiter(1)
			l.Wait(t.Context())
			turn := 1020408164 * time.Nanosecond // at a fiftieth less than the rate
			var newcomer time.Duration
			start := time.Now()
			done := make(chan struct{})
			go func() {
				time.Sleep(turn)
				l.Wait(t.Context())
				newcomer = time.Since(start)
				close(done)
			}()
			synctest.Wait()
			l.Wait(t.Context())
			first := time.Since(start)
			if <-done; first != turn || newcomer <= turn {
				t.Fatalf("served after %s, the newcomer after %s", first, newcomer)
			}
		}
	})
}

// Of 50 callers with two seconds each, those are served that wait at most one second. The others get an error with the wait
// at once.
func TestCallersThatWouldWaitTooLongFailAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		l := send.NewLimiter(10)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		for range 10 {
			go l.Wait(ctx)
		}
		synctest.Wait()
		for range 40 {
			err := l.Wait(ctx)
			if waited := time.Since(start); waited != 0 {
				t.Fatalf("error after %s", waited)
			}
			checkFull(t, err, 1020*time.Millisecond)
		}
		time.Sleep(900 * time.Millisecond) // nine callers have gone, and one is before the next
		next, cancel := context.WithTimeout(t.Context(), 240*time.Millisecond)
		defer cancel()
		checkFull(t, l.Wait(next), 120*time.Millisecond)
		next, cancel = context.WithTimeout(t.Context(), 260*time.Millisecond)
		defer cancel()
		if err := l.Wait(next); err != nil {
			t.Errorf("a caller with an error used up the rate: %v", err)
		}
	})
}

func checkFull(t *testing.T, err error, wait time.Duration) {
	t.Helper()
	full := fault.Of(err)
	if full.Class != fault.ClassThrottled || full.Code != "LimiterFull" || full.Retry != "no" || full.Actor != fault.ActorYou {
		t.Errorf("%v: %+v", err, full)
	}
	if got := full.RetryAfter.Round(10 * time.Millisecond); got != wait {
		t.Errorf("wait %s, want %s: %v", got, wait, err)
	}
}

func TestWhoLeavesTheQueueUsesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(10)
		l.Wait(t.Context())
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 5)
		for range 5 {
			go func() { left <- l.Wait(ctx) }()
		}
		synctest.Wait()
		time.AfterFunc(50*time.Millisecond, cancel)
		start := time.Now()
		if err := l.Wait(t.Context()); err != nil || time.Since(start) > 103*time.Millisecond {
			t.Errorf("waited %s for %v", time.Since(start), err)
		}
		for range 5 {
			if err := <-left; err != context.Canceled {
				t.Errorf("who left got %v", err)
			}
		}
		short, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		if err := l.Wait(short); err != nil {
			t.Errorf("the place of who left is still taken: %v", err)
		}
		if err := l.Wait(ctx); err != context.Canceled {
			t.Errorf("who was gone before got %v", err)
		}
	})
}

// When the rate falls, waiting callers get an error as soon as it is clear that they would be too late.
func TestWaitingCallersFailWhenTheRateFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(10)
		time.AfterFunc(time.Millisecond, func() { l.Feedback(errOverflow) })
		start := time.Now()
		through, errs := admit(t, l, 10, 2*time.Second)
		if len(through) != 5 || len(errs) != 5 || time.Since(start) > time.Second {
			t.Fatalf("%d through, %d not, after %s", len(through), len(errs), time.Since(start))
		}
		for i, err := range errs {
			if through[i] != 0 || i < 5 {
				t.Errorf("caller %d: %v", i, err)
			}
			checkFull(t, err, []time.Duration{0, 0, 0, 0, 0, 1020, 820, 610, 410, 200}[i]*time.Millisecond)
		}
	})
}

func TestTheErrorSaysTheRateAndTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(25)
		l.Feedback(errOverflow)
		time.Sleep(time.Second)
		l.Feedback(errOverflow)
		l.Wait(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		want := "no call: at 6.3 calls a second the message would have to wait 163ms, which is too long for its deadline"
		if err := l.Wait(ctx); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	})
}

func TestNoLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(0)
		start := time.Now()
		l.Feedback(errOverflow)
		l.Halve()
		for range 10_000 {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(start) > 0 || l.Rate() != 0 {
			t.Errorf("took %s at a rate of %v", time.Since(start), l.Rate())
		}
	})
}
