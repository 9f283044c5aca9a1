package bridge_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/bridge/bridgetest"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// For any faults of the store, an event is sent and acknowledged with its own MsgId, and this process remembers it.
func TestProcessWorksWithoutTheStore(t *testing.T) {
	broken := func(what string) func(string) error {
		return func(call string) error {
			if what != "" && what != call {
				return nil
			}
			time.Sleep(50 * time.Millisecond) // as long as a call may take
			return errAway
		}
	}
	for name, store := range map[string]*bridgetest.Store{
		"no call is answered":         {Before: broken("")},
		"no claim is answered":        {Before: broken("claim")},
		"the answer to a claim lost":  {After: broken("claim")},
		"no settle is answered":       {Before: broken("settle")},
		"the answer to a settle lost": {After: broken("settle")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &sendtest.Recorder{}
				b := process(t, s, store)
				began := time.Now()
				first := b.Deliver(t.Context(), records(t, ""))
				if took := time.Since(began); took > 100*time.Millisecond {
					t.Errorf("the store kept an event for %v", took)
				}
				wantOutcomes(t, first, core.Sent)
				if d := first[0].Deliveries[0]; d.MsgID != "M1" || d.Duplicate {
					t.Errorf("%+v", d)
				}
				wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), core.Duplicate)
				if len(s.Sent) != 1 {
					t.Errorf("sent %q", s.Sent)
				}
			})
		})
	}
}

// A failure is the sender's own error, whether or not the claim can be released. A later attempt is made.
func TestFailureWithoutTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sendtest.Recorder{Errs: map[string]error{"n/0": sendtest.OfClass("throttled")}}
		store := &bridgetest.Store{Before: func(call string) error {
			if call == "release" {
				return errAway
			}
			return nil
		}}
		b := process(t, s, store)
		wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), core.Failed)
		s.Errs = nil
		wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), core.Sent)
	})
}

// The API answers when the caller has gone away already: the message was sent, and the others learn of it.
func TestAnOutcomeIsSharedAlthoughTheCallerIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(bridgetest.Store)
		ctx, cancel := context.WithCancel(t.Context())
		late := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			cancel()
			return core.Receipt{MsgID: "M1"}, nil
		})
		wantOutcomes(t, process(t, late, store).Deliver(ctx, records(t, "")), core.Sent)
		wantOutcomes(t, process(t, &sendtest.Recorder{}, store).Deliver(t.Context(), records(t, "")), core.Duplicate)
	})
}

// A store that was wiped between a claim and its outcome learns of the outcome all the same.
func TestAWipedStoreLearnsTheOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(bridgetest.Store)
		s, called, release := blocked(nil)
		first := make(chan core.Result, 1)
		go func() { first <- process(t, s, store).Deliver(t.Context(), records(t, ""))[0] }()
		<-called
		store.Wipe()
		close(release)
		if r := <-first; r.Outcome != core.Sent {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
		wantOutcomes(t, process(t, s, store).Deliver(t.Context(), records(t, "")), core.Duplicate)
	})
}

// A caller that waits for another process sends at once when the store fails, because the outcome can no longer be known.
func TestWaitEndsWhenTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		store := &bridgetest.Store{Before: func(string) error {
			if away.Load() {
				return errAway
			}
			return nil
		}}
		slow, called, release := blocked(nil)
		s := &sendtest.Recorder{}
		a, b := process(t, slow, store), process(t, s, store)
		go a.Deliver(t.Context(), records(t, ""))
		<-called
		second := make(chan core.Result, 1)
		go func() { second <- b.Deliver(t.Context(), records(t, ""))[0] }()
		time.Sleep(time.Second)
		if len(second) > 0 {
			t.Error("it does not wait")
		}
		away.Store(true)
		time.Sleep(100 * time.Millisecond)
		if len(second) != 1 {
			t.Fatal("it waits on")
		}
		wantOutcomes(t, []core.Result{<-second}, core.Sent)
		close(release)
	})
}

// A panicking sink does not make callers in other processes wait.
func TestPanicReleasesTheClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, sink := new(bridgetest.Store), &shelf{}
		s := &sendtest.Recorder{Errs: map[string]error{"n/0": sendtest.Refusal("InvalidTopic")}}
		deliver := func(keep core.DeadLetterFunc) core.Result {
			b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window, Shared: store.Process(), DeadLetter: keep})
			return deliverOrPanic(b, t.Context(), records(t, ""))
		}
		deliver(func(context.Context, event.Event) error { panic("bug") })
		began := time.Now()
		if r := deliver(sink.keep); r.Outcome != core.DeadLettered || time.Since(began) > 0 || len(sink.kept) != 1 {
			t.Errorf("%s after %v: %v", r.Outcome, time.Since(began), r.Err)
		}
	})
}

// deliverOrPanic delivers one event. It returns the zero Result after a panic.
func deliverOrPanic(b *bridge.Bridge, ctx context.Context, list []core.Record) (r core.Result) {
	defer func() { _ = recover() }()
	return b.Deliver(ctx, list)[0]
}
