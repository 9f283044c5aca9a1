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
