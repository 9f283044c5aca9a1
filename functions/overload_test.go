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

// Stalled calls delay those behind them. When they end, the delayed calls must not all go out at once in addition to new
// ones, because the API would block the address.
func TestDelayedCallsDoNotCauseABurst(t *testing.T) {
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

// Forty events arrive at once with a limit of one call per second. Those that cannot be sent within the request's time fail
// at once, and the others are sent.
func TestEventsBeyondTheLimitFailAtOnce(t *testing.T) {
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
					t.Errorf("failed after %s: %s", took, body)
				}
			})
		}
		wg.Wait()
		sent, failed := answers[http.StatusNoContent], answers[http.StatusTooManyRequests]
		if sent < 5 || sent > 9 || sent+failed != events || len(s.published()) != sent {
			t.Errorf("answered %v, published %d", answers, len(s.published()))
		}
		s.wantCounts(t, map[core.Outcome]int{core.Sent: sent, core.Failed: failed})
	})
}
