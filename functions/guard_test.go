package functions_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/onstest"
)

// A message that the breaker would stop does not wait for the limiter: with one call per second, forty events all fail at
// once.
func TestAnOpenBreakerAnswersBeforeTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{}, "SENDBRIDGE_RATE=1")
		s.refuse.Store(true)
		for i := 0; s.app.Breaker() != "open"; i++ {
			if i == 20 {
				t.Fatal("the breaker stays closed")
			}
			s.post("application/cloudevents+json", numbered(i))
		}
		began := time.Now()
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				status, body := s.post("application/cloudevents+json", numbered(100+i))
				if status != http.StatusServiceUnavailable || !strings.Contains(body, "EndpointRefused") || time.Since(began) != 0 {
					t.Errorf("after %s: %d %s", time.Since(began), status, body)
				}
			})
		}
		wg.Wait()
	})
}
