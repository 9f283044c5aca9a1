package bridge_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// blocked returns a sender that reports each call and waits for release before it answers.
func blocked(answer error) (s sendtest.SenderFunc, called chan string, release chan struct{}) {
	called, release = make(chan string, 100), make(chan struct{})
	return func(ctx context.Context, topic, _ string) (core.Receipt, error) {
		called <- topic
		select {
		case <-release:
		case <-ctx.Done():
			return core.Receipt{}, ctx.Err()
		}
		if answer != nil {
			return core.Receipt{}, answer
		}
		return core.Receipt{MsgID: "M"}, nil
	}, called, release
}

func TestADuplicateWaitsForTheOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		want   string
		sent   int
	}{"success": {nil, "duplicate", 1}, "failure": {sendtest.OfClass("throttled"), "failed", 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, called, release := blocked(c.answer)
				b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
				var mu sync.Mutex
				got := map[string]int{}
				for range 5 {
					go func() {
						r := b.Deliver(t.Context(), records(t, ""))[0]
						mu.Lock()
						defer mu.Unlock()
						got[r.Outcome.String()]++
					}()
				}
				synctest.Wait()
				if len(called) != 1 || len(got) > 0 {
					t.Errorf("%d calls, %v before the first is answered", len(called), got)
				}
				close(release)
				synctest.Wait()
				if len(called) != 1 || got["sent"] != c.sent || got[c.want] != 5-c.sent {
					t.Errorf("%d calls: %v", len(called), got)
				}
			})
		})
	}
}

// If the caller that sends goes away by cancelling or by its deadline, only the next one sends.
func TestNextCallerSendsAfterCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, called, release := blocked(nil)
		b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
		outcome := make(chan core.Outcome, 10)
		deliver := func(limit time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			outcome <- b.Deliver(ctx, records(t, ""))[0].Outcome
		}
		go deliver(time.Second)
		synctest.Wait()
		for range 4 {
			go deliver(time.Minute)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(called) != 2 || len(outcome) != 1 || <-outcome != core.Failed {
			t.Fatalf("%d calls, %d outcomes, when the first went away", len(called), len(outcome))
		}
		close(release)
		synctest.Wait()
		got := map[core.Outcome]int{}
		for range 4 {
			got[<-outcome]++
		}
		if diff := cmp.Diff(map[core.Outcome]int{core.Sent: 1, core.Duplicate: 3}, got); diff != "" || len(called) != 2 {
			t.Errorf("%d calls: %s", len(called), diff)
		}
	})
}

func TestWaitForAnOutcomeEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, release := blocked(nil)
		b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
		go b.Deliver(t.Context(), records(t, ""))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := b.Deliver(ctx, records(t, ""))[0]
		if r.Outcome != core.Failed || !errors.Is(r.Err, context.DeadlineExceeded) || fault.Of(r.Err).Class != fault.ClassTransient {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
		close(release)
	})
}

// Waiting duplicates do not use slots of other events.
func TestWaitingUsesNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, called, release := blocked(nil)
		b := bridge.New(send.InFlight(s, 2, nil), rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
		for range 10 {
			go b.Deliver(t.Context(), records(t, ""))
		}
		synctest.Wait()
		go b.Deliver(t.Context(), []core.Record{record(t, "other", `{"n":"other"}`)})
		synctest.Wait()
		if <-called != "n/0" || len(called) != 1 || <-called != "n/other" {
			t.Error("the other event was not sent")
		}
		close(release)
	})
}

// A panicking sender does not make waiting callers wait forever.
func TestPanicReleasesWaitingCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		b := bridge.New(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			<-release
			panic("bug")
		}), rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
		outcome := make(chan core.Outcome, 2)
		for range 2 {
			go func() { outcome <- b.Deliver(t.Context(), records(t, ""))[0].Outcome }()
		}
		synctest.Wait()
		close(release)
		synctest.Wait()
		if len(outcome) != 2 || <-outcome != core.Failed || <-outcome != core.Failed {
			t.Errorf("%d outcomes", len(outcome))
		}
	})
}
