package send_test

import (
	"context"
	"sync"
	"time"

	"sendbridge/core"
)

// A crowd sends messages at a steady rate, independent of their outcomes, and records the times of calls.
type crowd struct {
	sender core.Sender
	start  time.Time

	mu           sync.Mutex
	calls        []time.Duration
	sent, failed int
}

// call records a call and returns its number.
func (c *crowd) call() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, time.Since(c.start))
	return len(c.calls)
}

// offer sends messages at this rate, each with a deadline, and returns when all have an outcome.
func (c *crowd) offer(ctx context.Context, d time.Duration, perSecond int, patience time.Duration) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range int(d.Seconds()) * perSecond {
		wg.Go(func() {
			limited, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			_, err := c.sender.SendMessage(limited, "t", "p")
			c.mu.Lock()
			defer c.mu.Unlock()
			if err == nil {
				c.sent++
			} else {
				c.failed++
			}
		})
		time.Sleep(time.Second / time.Duration(perSecond))
	}
}
