package functions_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/onstest"
)

// Calls that stall hold up those behind them. When they end, what was held up must not go out at once, on top of what
// comes anyway: that is when an address would be blocked.
func TestAStallIsNotMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events, rate = 600, 250
		s := newScene(t, onstest.Quota{})
		faults(onstest.Fault{Code: "delay", DelayMS: 1500, Times: 32})(t, s)
		var wg sync.WaitGroup
		for i := range events {
			wg.Go(func() { s.post("application/cloudevents+json", numbered(i)) })
		}
		wg.Wait()
		stats := s.emulator.Stats()
		if peak := stats.Peak.Account; peak > rate || stats.Published < events/2 {
			t.Errorf("%d calls in one second, %d of %d published", peak, stats.Published, events)
		}
	})
}

// Forty events come at once to a limit of one a second: those that can't go within the request's time are told at
// once, and the others are sent.
func TestWhatTheLimitCannotServeIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events = 40
		s := newScene(t, onstest.Quota{}, "SENDBRIDGE_RATE=1")
		start := time.Now()
		var mu sync.Mutex
		answers := map[int]int{}
		var wg sync.WaitGroup
		for i := range events {
			wg.Go(func() {
				status, body := s.post("application/cloudevents+json", numbered(i))
				mu.Lock()
				defer mu.Unlock()
				answers[status]++
				if status != http.StatusTooManyRequests {
					return
				}
				if took := time.Since(start); took > 0 || !strings.Contains(body, "LimiterFull") {
					t.Errorf("told after %s: %s", took, body)
				}
			})
		}
		wg.Wait()
		sent, told := answers[http.StatusNoContent], answers[http.StatusTooManyRequests]
		if sent < 5 || sent > 9 || sent+told != events || len(s.published()) != sent {
			t.Errorf("answered %v, published %d", answers, len(s.published()))
		}
		s.wantCounts(t, map[core.Outcome]int{core.Sent: sent, core.Failed: told})
	})
}
