package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/bridge/bridgetest"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

var errAway = errors.New("the store is away")

// process returns the bridge of a process that shares a store with others.
func process(t *testing.T, s core.Sender, store *bridgetest.Store) *bridge.Bridge {
	return bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window, Shared: store.Process()})
}

func wantOutcomes(t *testing.T, results []core.Result, want ...core.Outcome) {
	t.Helper()
	var got []core.Outcome
	for _, r := range results {
		got = append(got, r.Outcome)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes: %s: %v", diff, results[0].Err)
	}
}

func TestWhatOneProcessSentAnotherDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := &sendtest.Recorder{}, new(bridgetest.Store)
		a, b := process(t, s, store), process(t, s, store)
		first := a.Deliver(t.Context(), records(t, "", ""))
		wantOutcomes(t, first, core.Sent, core.Sent)
		time.Sleep(window - time.Second)
		for range 2 { // from the store, then from memory
			again := b.Deliver(t.Context(), records(t, "", ""))
			wantOutcomes(t, again, core.Duplicate, core.Duplicate)
			for i, r := range again {
				want, d := first[i].Deliveries[0].Receipt, r.Deliveries[0]
				if d.MsgID != want.MsgID || d.RequestID != want.RequestID || !d.Duplicate {
					t.Errorf("%+v, want %+v", d, want)
				}
			}
		}
		if n := store.Calls("claim"); n != 4 {
			t.Errorf("%d claims, want one of each process for each message", n)
		}
		time.Sleep(time.Second)
		wantOutcomes(t, b.Deliver(t.Context(), records(t, "")), core.Sent) // its window starts with its own messages
		if len(s.Sent) != 3 {
			t.Errorf("sent %q", s.Sent)
		}
	})
}

// A second process waits and gets the outcome soon after it is known. It does not adopt a failure.
func TestAnotherProcessWaitsForTheOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		first  core.Outcome
		second core.Outcome
		sent   int
	}{
		"success": {nil, core.Sent, core.Duplicate, 1},
		"failure": {sendtest.OfClass("throttled"), core.Failed, core.Sent, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, store := &sendtest.Recorder{}, new(bridgetest.Store)
				slow, called, release := blocked(c.answer)
				a, b := process(t, slow, store), process(t, s, store)
				first := make(chan core.Result, 1)
				go func() { first <- a.Deliver(t.Context(), records(t, ""))[0] }()
				<-called
				var all sync.WaitGroup
				outcomes := make(chan core.Outcome, 3)
				for range 3 { // waiting callers of one process ask the store once
					all.Go(func() { outcomes <- b.Deliver(t.Context(), records(t, ""))[0].Outcome })
				}
				time.Sleep(10 * time.Second)
				if n := store.Calls("claim"); n < 10 || n > 110 {
					t.Errorf("%d claims in ten seconds", n)
				}
				known := time.Now()
				close(release)
				all.Wait()
				if waited := time.Since(known); waited > 100*time.Millisecond {
					t.Errorf("the outcome was there for %v", waited)
				}
				got := map[core.Outcome]int{(<-first).Outcome: 1}
				for range 3 {
					got[<-outcomes]++
				}
				want := map[core.Outcome]int{c.first: 1, core.Duplicate: 3}
				if c.second == core.Sent {
					want = map[core.Outcome]int{c.first: 1, core.Sent: 1, core.Duplicate: 2}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestTheWaitForAnotherProcessEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(bridgetest.Store)
		s, called, release := blocked(nil)
		a, b := process(t, s, store), process(t, s, store)
		go a.Deliver(t.Context(), records(t, ""))
		<-called
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		r := b.Deliver(ctx, records(t, ""))[0]
		if r.Outcome != core.Failed || !errors.Is(r.Err, context.DeadlineExceeded) || fault.Of(r.Err).Class != fault.ClassTransient {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("it waited %v", took)
		}
		close(release)
	})
}

// A process that dies neither settles nor releases its claim. The claim ends at the caller's deadline, and then a waiting
// process sends.
func TestClaimOfADeadProcessEndsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := &sendtest.Recorder{}, new(bridgetest.Store)
		dead := store.Process()
		slow, called, release := blocked(nil)
		defer close(release)
		a := bridge.New(slow, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window, Shared: &bridge.Shared{
			Claim:   dead.Claim,
			Settle:  func(context.Context, time.Duration, []bridge.Settled) error { return errAway },
			Release: func(context.Context, bridge.MessageHash) error { return errAway },
		}})
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		go a.Deliver(ctx, records(t, ""))
		<-called
		time.Sleep(time.Second)
		later, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		wantOutcomes(t, process(t, s, store).Deliver(later, records(t, "")), core.Sent)
		if took := time.Since(began); took != 9100*time.Millisecond {
			t.Errorf("sent after %v, want as soon as the claim is over", took)
		}
	})
}

// When a caller goes away, another process can send at once.
func TestCancelledCallerReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(bridgetest.Store)
		s, called, release := blocked(nil)
		a, b := process(t, s, store), process(t, s, store)
		ctx, cancel := context.WithCancel(t.Context())
		go a.Deliver(ctx, records(t, ""))
		<-called
		second := make(chan core.Result, 1)
		go func() { second <- b.Deliver(t.Context(), records(t, ""))[0] }()
		time.Sleep(time.Second)
		cancel()
		time.Sleep(100 * time.Millisecond)
		if len(called) != 1 {
			t.Fatal("the second process does not send")
		}
		close(release)
		if r := <-second; r.Outcome != core.Sent {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
	})
}

// If a caller goes away during its claim, the claim is released, because it may have been made.
func TestCallerCancelledDuringItsClaimReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := &sendtest.Recorder{}, new(bridgetest.Store)
		ctx, cancel := context.WithCancel(t.Context())
		store.After = func(call string) error {
			if call == "claim" && ctx.Err() == nil {
				cancel()
				return ctx.Err()
			}
			return nil
		}
		wantOutcomes(t, process(t, s, store).Deliver(ctx, records(t, "")), core.Failed)
		began := time.Now()
		wantOutcomes(t, process(t, s, store).Deliver(t.Context(), records(t, "")), core.Sent)
		if took := time.Since(began); took > 0 {
			t.Errorf("the next process waited %v", took)
		}
	})
}

// A message that one process has dead-lettered is not tried by another, unless it is a retry.
func TestDeadLetterIsKnownToAllProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sink, store := &sendtest.Recorder{Errs: map[string]error{"n/1": sendtest.Refusal("InvalidTopic")}}, &shelf{}, new(bridgetest.Store)
		deliver := func(record core.Record) core.Result {
			b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window, Shared: store.Process(), DeadLetter: sink.keep})
			return b.Deliver(t.Context(), []core.Record{record})[0]
		}
		list := record(t, "7", `{"n":1}`)
		if r := deliver(list); r.Outcome != core.DeadLettered {
			t.Fatal(r.Outcome, r.Err)
		}
		s.Errs = nil
		r := deliver(list)
		if r.Outcome != core.DeadLettered || fault.Of(r.Reason).Code != fault.CodeDeadLettered || len(sink.kept) != 1 || len(s.Sent) != 0 {
			t.Errorf("%s because of %v, kept %d, sent %q", r.Outcome, r.Reason, len(sink.kept), s.Sent)
		}
		if r := deliver(sink.replayed()[0]); r.Outcome != core.Sent {
			t.Errorf("the replay: %s, %v", r.Outcome, r.Err)
		}
		if r := deliver(list); r.Outcome != core.Duplicate {
			t.Errorf("after the replay: %s, %v", r.Outcome, r.Err)
		}
	})
}

// Processes with different rules of the same name send different messages, so each is sent.
func TestRulesWithTheSameNameInTwoFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := &sendtest.Recorder{}, new(bridgetest.Store)
		deliver := func(topic, pattern string) core.Outcome {
			list := rulestest.Parse(t, fmt.Sprintf("rules: [{name: r, topic: %s, payload: {constant: x}, pattern: {type: [%s, other]}}]", topic, pattern))
			return bridge.New(s, list, &bridge.Options{Dedup: window, Shared: store.Process()}).Deliver(t.Context(), records(t, ""))[0].Outcome
		}
		for _, c := range []struct {
			topic, pattern string
			want           core.Outcome
		}{{"a/1", "t", core.Sent}, {"a/2", "t", core.Sent}, {"a/1", "{prefix: t}", core.Duplicate}} {
			if got := deliver(c.topic, c.pattern); got != c.want {
				t.Errorf("%s: %s, want %s", c.topic, got, c.want)
			}
		}
	})
}

// The windows of a failed event's messages restart for all processes, in few calls.
func TestFailedEventRestartsTheWindowForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const elements = 1001
		data := "[0"
		for i := 1; i < elements; i++ {
			data += fmt.Sprint(",", i)
		}
		list := rulestest.Parse(t, "rules: [{name: e, each: $.data, topic: 'a/${@}', payload: {jsonpath: '@'}}]")
		s, store := &sendtest.Recorder{Errs: map[string]error{"a/1000": sendtest.OfClass("transient")}}, new(bridgetest.Store)
		deliver := func() core.Result {
			b := bridge.New(s, list, &bridge.Options{Dedup: window, Shared: store.Process(), Concurrency: 1})
			return b.Deliver(t.Context(), []core.Record{record(t, "1", data+"]")})[0]
		}
		deliver()
		if n := store.Calls("settle"); n != elements-1+2 {
			t.Errorf("%d calls to settle, want one a message and two at the end", n)
		}
		time.Sleep(window * 3 / 4)
		deliver()
		time.Sleep(window * 3 / 4)
		s.Errs = nil
		if r := deliver(); r.Outcome != core.Sent || len(s.Sent) != elements {
			t.Errorf("%s, %d messages sent of %d", r.Outcome, len(s.Sent), elements)
		}
	})
}
