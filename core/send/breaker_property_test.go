package send_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// A ring is one call and the API's answer.
type ring struct {
	pause, lasts time.Duration
	outcome      error
}

func drawRing(t *rapid.T) ring {
	return ring{
		pause:   rapid.SampledFrom([]time.Duration{0, 0, 0, time.Millisecond, time.Second, time.Minute}).Draw(t, "pause"),
		lasts:   rapid.SampledFrom([]time.Duration{0, 0, 10 * time.Millisecond, 2 * time.Second, 2 * time.Minute}).Draw(t, "lasts"),
		outcome: rapid.SampledFrom([]error{nil, errReset, errReset, errReset, errNoAnswer, errStale, errExpired, errExpired, errDenied}).Draw(t, "outcome"),
	}
}

// For any outcomes in any order: while the breaker is not closed, one call is made at a time, the rate is halved at most
// once each time that the breaker opens, and a call succeeds within ten minutes after the API works again.
func TestBreakerProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rings := rapid.SliceOfN(rapid.Custom(drawRing), 30, 60).Draw(rt, "rings")
		s := &switchboard{rings: rings}
		synctest.Test(t, func(t *testing.T) { s.run(t.Context()) })
		if s.most > 1 || s.halved > s.opened {
			rt.Fatalf("%d tries at a time, halved %d times, opened %d times", s.most, s.halved, s.opened)
		}
		if s.err != nil || s.state != "closed" {
			rt.Fatalf("%s although the API is well: %v", s.state, s.err)
		}
	})
}

// A switchboard makes the calls and watches the breaker.
type switchboard struct {
	*send.Breaker
	rings          []ring
	mu             sync.Mutex
	tries, most    int // calls at a time while the breaker is not closed
	halved, opened int
	state          string
	err            error
}

func (s *switchboard) run(ctx context.Context) {
	s.Breaker = send.NewBreaker(sendtest.SenderFunc(s.answer), &send.BreakerOptions{Blocked: func() { s.halved++ }})
	s.watch()
	var wg sync.WaitGroup
	for i, r := range s.rings {
		time.Sleep(r.pause)
		s.watch()
		wg.Go(func() { s.SendMessage(ctx, "t", fmt.Sprint(i)) })
		synctest.Wait()
		s.watch()
	}
	wg.Wait()
	s.watch()
	time.Sleep(10 * time.Minute)
	s.rings[0] = ring{}
	_, s.err = s.SendMessage(ctx, "t", "0")
	s.watch()
}

func (s *switchboard) watch() {
	state := s.State()
	if s.state == "closed" && state != "closed" {
		s.opened++
	}
	s.state = state
}

func (s *switchboard) answer(_ context.Context, _, payload string) (core.Receipt, error) {
	var i int
	fmt.Sscan(payload, &i)
	if s.State() != "closed" {
		s.try(1)
		defer s.try(-1)
	}
	time.Sleep(s.rings[i].lasts)
	return core.Receipt{MsgID: "M"}, s.rings[i].outcome
}

func (s *switchboard) try(change int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries += change
	s.most = max(s.most, s.tries)
}
