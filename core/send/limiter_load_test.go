package send_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// The first attempt of a message waits for the limiter before its time limit starts, and later ones within it.
func TestLimiterCountsEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(1)
		s := play(errStale, errStale, nil)
		sender := send.Paced(send.Retry(s, &send.RetryOptions{Limit: 3500 * time.Millisecond, Pace: l.Wait}), l.Wait)
		l.Wait(t.Context())
		receipt, err := sender.SendMessage(t.Context(), "t", "p")
		if err != nil || receipt.Attempts != 3 {
			t.Fatalf("%d attempts: %v", receipt.Attempts, err)
		}
		for i, at := range s.came {
			if whole := at.Truncate(100 * time.Millisecond); whole != time.Duration(i+1)*time.Second {
				t.Errorf("attempt %d at %s", i+1, at)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		receipt, err = sender.SendMessage(ctx, "t", "p")
		checkFull(t, err, 1020*time.Millisecond)
		if receipt.Attempts != 0 || len(s.came) != 3 {
			t.Errorf("%d attempts, %d calls", receipt.Attempts, len(s.came))
		}
		if !strings.Contains(err.Error(), "1 calls a second") {
			t.Errorf("the error does not say the limit: %v", err)
		}
	})
}

// No call is made in its last moment, with any number of callers.
func TestWhoIsServedHasTimeToSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(100)
		slow := sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
			return core.Receipt{MsgID: "M"}, wait(ctx, 900*time.Millisecond)
		})
		c := &crowd{sender: send.Paced(slow, l.Wait), start: time.Now()}
		c.offer(t.Context(), 30*time.Second, 300, 5*time.Second)
		if c.sent < (30+4)*95 { // at the end, callers of the last four seconds still wait
			t.Errorf("%d sent, %d failed", c.sent, c.failed)
		}
	})
}

func TestNoSecondAboveTheRate(t *testing.T) { checkNoSecondAboveTheRate(t, 60) }

// checkNoSecondAboveTheRate offers four times the rate, with a third of the attempts failing: no second has more calls than
// the rate.
func checkNoSecondAboveTheRate(t *testing.T, seconds int) {
	const rate, offered = 100, 400
	synctest.Test(t, func(t *testing.T) {
		l := send.NewLimiter(rate)
		c := &crowd{start: time.Now()}
		inner := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			switch n := c.call(); {
			case n%3 == 0:
				return core.Receipt{}, errReset
			case n%1000 == 1:
				return core.Receipt{}, errStale
			}
			return core.Receipt{MsgID: "M"}, nil
		})
		c.sender = send.Paced(send.Retry(inner, &send.RetryOptions{Limit: 4 * time.Second, Pace: l.Wait}), l.Wait)
		c.offer(t.Context(), time.Duration(seconds)*time.Second, offered, 2*time.Second)
		if !slices.IsSorted(c.calls) {
			t.Fatal("the clock went back")
		}
		if got := peak(c.calls); got > rate {
			t.Errorf("%d calls in a second", got)
		}
		if share := float64(len(c.calls)) / float64(seconds*rate); share < 0.95 {
			t.Errorf("%.1f %% of the rate used", 100*share)
		}
		if c.sent+c.failed != seconds*offered || c.sent < seconds*rate/2 {
			t.Errorf("%d messages sent, %d not", c.sent, c.failed)
		}
		t.Logf("%d calls, at most %d in a second; %d messages sent, %d failed", len(c.calls), peak(c.calls), c.sent, c.failed)
	})
}
