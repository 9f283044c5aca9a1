package webhook_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// Deliveries are limited by number, and by the size of their bodies: many small ones go at once, and few large ones.
func TestPlacesOfDeliveries(t *testing.T) {
	for name, c := range map[string]struct {
		size, fit int
		options   webhook.Options
		headers   []string
	}{
		"small":                {100, 256, webhook.Options{}, nil},
		"large":                {1_000_000, 33, webhook.Options{}, nil},
		"large, with a token":  {1_000_000, 33, webhook.Options{Tokens: []string{"secret"}}, []string{"Authorization: Bearer secret"}},
		"large, of any length": {1_000_000, 33, webhook.Options{Tokens: []string{"secret"}}, []string{"Authorization: Bearer secret"}},
		"larger than usual":    {10_000_000, 4, webhook.Options{MaxBody: 10 << 20}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var delivering atomic.Int64
				release := make(chan bool)
				h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
					delivering.Add(1)
					<-release
					return sendAll(ctx, records)
				}, c.options)
				event := `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":"` + strings.Repeat("x", c.size-64) + `"}`
				var all sync.WaitGroup
				var busy atomic.Int64
				requests := c.fit + 8
				for range requests {
					r := newRequest(event, append([]string{"Content-Type: " + structuredType}, c.headers...)...)
					if strings.HasSuffix(name, "any length") {
						r.ContentLength = -1
					}
					all.Go(func() {
						if w := answerTo(h, r); w.Code == 503 && problemOf(t, w).Code == "Busy" && w.Header().Get("Retry-After") != "" {
							busy.Add(1)
						}
					})
				}
				synctest.Wait()
				if got, refused := delivering.Load(), busy.Load(); got != int64(c.fit) || refused != int64(requests-c.fit) {
					t.Errorf("%d delivered at once and %d busy, want %d and %d", got, refused, c.fit, requests-c.fit)
				}
				close(release)
				all.Wait()
				if w := answerTo(h, newRequest(event, append([]string{"Content-Type: " + structuredType}, c.headers...)...)); w.Code != 204 {
					t.Errorf("after them: %d %s", w.Code, w.Body)
				}
			})
		})
	}
}
