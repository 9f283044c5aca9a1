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

// chain wraps a client in all senders, in their proper order.
func chain(client core.Sender, rate int) (core.Sender, *send.Limiter, *send.Breaker) {
	l := send.NewLimiter(rate)
	b := send.NewBreaker(client, &send.BreakerOptions{Blocked: l.Halve, Answered: l.Feedback})
	return b.Guard(send.Paced(send.Retry(b, &send.RetryOptions{Limit: 4 * time.Second, Pace: l.Wait}), l.Wait)), l, b
}

// A gate is an API that closes an address's connections when it makes too many calls in a second.
type gate struct {
	most     int
	block    time.Duration
	mu       sync.Mutex
	recent   []time.Time
	until    time.Time
	blocks   int
	rejected int
}

func (g *gate) SendMessage(ctx context.Context, _, _ string) (core.Receipt, error) {
	if err := wait(ctx, 10*time.Millisecond); err != nil {
		return core.Receipt{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for len(g.recent) > 0 && now.Sub(g.recent[0]) >= time.Second {
		g.recent = g.recent[1:]
	}
	switch {
	case now.Before(g.until):
	case len(g.recent) >= g.most:
		g.blocks++
		g.until = now.Add(g.block)
	default:
		g.recent = append(g.recent, now)
		return core.Receipt{MsgID: "M"}, nil
	}
	g.rejected++
	return core.Receipt{}, errReset
}

// A rate that is too high for the address leads to one block for each time that it must be halved, and a few failed calls
// for each.
func TestTheRateOfAnAddressIsFound(t *testing.T) { checkTheRateIsFound(t, 6, 100) }

func checkTheRateIsFound(t *testing.T, minutes, perSecond int) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{most: 60, block: 50 * time.Second}
		s, l, b := chain(g, 400)
		c := &crowd{sender: s, start: time.Now()}
		c.offer(t.Context(), time.Duration(minutes)*time.Minute, perSecond, 2*time.Second)
		if b.State() != "closed" || g.blocks != 3 || l.Rate() != 50 {
			t.Errorf("%s after %d blocks at %v calls a second", b.State(), g.blocks, l.Rate())
		}
		if g.rejected > 3*25 {
			t.Errorf("%d calls were made into %d blocks", g.rejected, g.blocks)
		}
		t.Logf("%d calls refused in %d blocks, %d messages sent", g.rejected, g.blocks, c.sent)
		if c.sent+c.failed != minutes*60*perSecond || c.sent < (minutes-3)*60*45 {
			t.Errorf("%d sent, %d failed", c.sent, c.failed)
		}
	})
}

// A message's attempts count as one for a block, so that a block takes five messages. An error of the breaker is not an
// attempt and is returned at once.
func TestFiveMessagesShowABlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := play(errReset)
		s, l, b := chain(script, 100)
		for range 4 {
			receipt, err := s.SendMessage(t.Context(), "t", "p")
			if fault.Of(err).Code != "ConnectionReset" || receipt.Attempts < 3 || b.State() != "closed" || l.Rate() != 100 {
				t.Fatalf("%s at %v calls a second after %d attempts: %v", b.State(), l.Rate(), receipt.Attempts, err)
			}
		}
		receipt, err := s.SendMessage(t.Context(), "t", "p")
		if b.State() != "open" || receipt.Attempts != 1 || l.Rate() != 50 || fault.Of(err).Code != "AddressBlocked" {
			t.Fatalf("%s at %v calls a second after %d attempts: %v", b.State(), l.Rate(), receipt.Attempts, err)
		}
		calls, start := len(script.came), time.Now()
		receipt, err = s.SendMessage(t.Context(), "t", "p")
		if receipt.Attempts != 0 || time.Since(start) > 0 || len(script.came) != calls {
			t.Errorf("%d attempts in %s", receipt.Attempts, time.Since(start))
		}
		if wait := fault.Of(err).RetryAfter; wait <= 0 || wait > 5*time.Second {
			t.Errorf("%v, retry after %s", err, wait)
		}
	})
}

// While the address is blocked, no message queues for the limiter, so the trial call can go at once.
func TestBlockedCallsDoNotQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := play(append(repeat(5, errReset), nil)...)
		s, _, b := chain(script, 2)
		for range 5 {
			b.SendMessage(t.Context(), "t", "p")
		}
		probe := script.start.Add(script.came[4] + 5*time.Second)
		for time.Until(probe) > time.Second {
			time.Sleep(time.Second)
			_, errs := sendMany(t.Context(), s, 20)
			for _, err := range errs {
				checkNotSent(t, err, "AddressBlocked", time.Until(probe))
			}
		}
		time.Sleep(time.Until(probe))
		start := time.Now()
		if _, err := s.SendMessage(t.Context(), "t", "p"); err != nil || time.Since(start) > 0 || b.State() != "closed" {
			t.Errorf("after %s %s: %v", time.Since(start), b.State(), err)
		}
	})
}
