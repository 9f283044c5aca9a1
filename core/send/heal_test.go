package send_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
)

// An outage resets calls until it ends. If calls prolong it, it ends this long after the last call.
type outage struct {
	mu       sync.Mutex
	start    time.Time
	end      time.Time
	prolongs time.Duration
	resets   int
	first    time.Time // first success after the outage
}

func (o *outage) SendMessage(context.Context, string, string) (core.Receipt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if now.Before(o.end) {
		o.resets++
		if o.prolongs > 0 {
			o.end = now.Add(o.prolongs)
		}
		return core.Receipt{}, errReset
	}
	if o.first.IsZero() {
		o.first = now
	}
	return core.Receipt{MsgID: "M"}, nil
}

// run sends messages until the first success and returns the time from the outage's end.
func (o *outage) run(ctx context.Context, perSecond int) (late time.Duration) {
	o.start = time.Now()
	s, _, _ := chain(o, 250)
	for o.first.IsZero() && time.Since(o.start) < time.Hour {
		(&crowd{sender: s, start: time.Now()}).offer(ctx, time.Second, perSecond, 4*time.Second)
	}
	return o.first.Sub(o.end)
}

// A short outage delays messages only by seconds, at any load.
func TestAShortOutageIsOverSoon(t *testing.T) {
	for _, lasts := range []time.Duration{time.Second, 6 * time.Second, 12 * time.Second, 30 * time.Second} {
		for _, perSecond := range []int{1, 5, 50, 200} {
			synctest.Test(t, func(t *testing.T) {
				o := &outage{end: time.Now().Add(lasts)}
				if late := o.run(t.Context(), perSecond); late < 0 || late > 10*time.Second {
					t.Errorf("%s of resets at %d messages a second: the first success came %s after", lasts, perSecond, late)
				}
			})
		}
	}
}

// If calls prolong a block, trial calls do not keep it up, because they become rarer than the block is long.
func TestTriesDoNotKeepAnAddressBlocked(t *testing.T) { checkTriesOfABlock(t, 10) }

func checkTriesOfABlock(t *testing.T, perSecond int) {
	for _, block := range []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			o := &outage{end: time.Now().Add(block), prolongs: block}
			if late := o.run(t.Context(), perSecond); late < 0 || time.Since(o.start) > 7*block || o.resets > 60 {
				t.Errorf("a block of %s that calls prolong lasted %s and %d calls", block, time.Since(o.start), o.resets)
			}
		})
	}
}

// After an hour without a block the rate is full again, with or without traffic. Until then it rises, and another block
// restarts the hour.
func TestTheCeilingComesBack(t *testing.T) {
	for name, traffic := range map[string]time.Duration{"steady": time.Second, "sparse": 10 * time.Minute, "none": 2 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			l := send.NewLimiter(200)
			pass := func(d time.Duration) {
				for end := time.Now().Add(d); time.Now().Before(end); {
					time.Sleep(min(traffic, time.Until(end)))
					if traffic < time.Hour {
						l.Feedback(nil)
					}
				}
			}
			l.Halve()
			pass(30 * time.Minute)
			checkRate(t, l, 100)
			pass(15 * time.Minute)
			checkRate(t, l, 150)
			l.Halve()
			checkRate(t, l, 75)
			l.Halve()
			pass(30 * time.Minute)
			checkRate(t, l, 37.5)
			pass(30 * time.Minute)
			if checkRate(t, l, 200); t.Failed() {
				t.Fatal(name)
			}
			pass(24 * time.Hour)
			checkRate(t, l, 200)
		})
	}
}

// A rate that was throttled rises only with success, because the API has shown that it is at its limit.
func TestACeilingThatRisesDoesNotRaiseAThrottledRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(200)
		l.Halve()
		l.Feedback(errOverflow)
		time.Sleep(2 * time.Hour)
		checkRate(t, l, 50)
		for range 60 {
			time.Sleep(time.Second)
			l.Feedback(nil)
		}
		checkRate(t, l, 200)
	})
}

// A wrong endpoint stops calls like rejected credentials: for at most a minute, and at the full rate afterwards.
func TestEndpointWithoutAListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		noListener := &apiFault{class: "unsupported", retry: "backoff", code: "EndpointRefused", reach: fault.NoListener}
		l.call(5, noListener)
		for i, seconds := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			f := fault.Of(l.call(1, nil))
			if f.Code != "EndpointRefused" || f.Class != fault.ClassUnsupported || f.RetryAfter != seconds*time.Second || f.Reach != fault.NotSent {
				t.Errorf("%+v, want a retry after %d s", f, seconds)
			}
			time.Sleep(seconds * time.Second)
			l.call(1, noListener)
			l.check(t, "open", 6+i, 0)
		}
		time.Sleep(time.Minute)
		l.call(1, nil)
		l.check(t, "closed", 14, 0)
	})
}
