package bridge_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

func TestASinkThatFailsFailsTheEvent(t *testing.T) {
	s, sink := rejecting(), &shelf{err: errors.New("disk full")}
	b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	list := mixedRecord(t)
	r := b.Deliver(t.Context(), list)[0]
	if r.Outcome != core.Failed || fault.Of(r.Err).Class != fault.ClassTransient || !errors.Is(r.Err, sink.err) || r.Reason != nil {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
	if fault.Of(r.Err).Code != "DeadLetterFailed" {
		t.Errorf("%v has not the code of a sink that failed", r.Err)
	}
	sink.err = nil
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered || len(sink.kept) != 2 || len(s.Sent) != 3 {
		t.Errorf("again: %s, kept %q, sent %q", r.Outcome, sink.marks(), s.Sent)
	}
}

func TestASinkThatPanicsFailsTheEvent(t *testing.T) {
	b := bridge.New(rejecting(), rulestest.Parse(t, mixed), &bridge.Options{Dedup: window, DeadLetter: func(context.Context, event.Event) error { panic("bug") }})
	list := mixedRecord(t)
	for range 3 { // one more than rules that refuse
		if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Failed || r.Err == nil {
			t.Errorf("a panic: %s, %v", r.Outcome, r.Err)
		}
	}
}

func TestTwoAtATimeAreDeadLetteredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, release := &shelf{}, make(chan struct{})
		b := bridge.New(rejecting(), rulestest.Parse(t, mixed), &bridge.Options{Dedup: window, DeadLetter: func(ctx context.Context, e event.Event) error {
			<-release
			return sink.keep(ctx, e)
		}})
		outcome := make(chan core.Outcome, 5)
		for range cap(outcome) {
			go func() { outcome <- b.Deliver(t.Context(), mixedRecord(t))[0].Outcome }()
		}
		synctest.Wait()
		if len(outcome) > 0 {
			t.Error("acknowledged before the sink has it")
		}
		close(release)
		for range cap(outcome) {
			if got := <-outcome; got != core.DeadLettered {
				t.Errorf("got %s", got)
			}
		}
		if len(sink.kept) != 2 {
			t.Errorf("kept %q", sink.marks())
		}
	})
}

// A dead letter does not wait for another caller that sends the same message.
func TestADeadLetterDoesNotWaitForAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, calls := &shelf{}, 0
		first, second := make(chan struct{}), make(chan struct{})
		b := bridge.New(sendtest.SenderFunc(func(_ context.Context, topic, _ string) (core.Receipt, error) {
			switch topic {
			case "b/1":
				<-first
			case "a/1":
				if calls++; calls == 1 {
					return core.Receipt{}, sendtest.Refusal("InvalidTopic")
				}
				<-second
			}
			return core.Receipt{MsgID: "M"}, nil
		}), rulestest.Parse(t, `
rules:
  - {name: a, topic: a/1, payload: {jsonpath: $.id}}
  - {name: b, topic: b/1, payload: {jsonpath: $.id}}
`), &bridge.Options{Dedup: window, DeadLetter: sink.keep})
		outcome := make(chan core.Outcome, 2)
		deliver := func() { outcome <- b.Deliver(t.Context(), mixedRecord(t))[0].Outcome }
		go deliver() // a is rejected, b is slow
		synctest.Wait()
		go deliver() // a is slow
		synctest.Wait()
		close(first)
		synctest.Wait()
		if len(outcome) != 1 || <-outcome != core.DeadLettered || len(sink.kept) != 1 {
			t.Errorf("kept %q before the other caller's message is answered", sink.marks())
		}
		close(second)
		if got := <-outcome; got != core.Sent {
			t.Errorf("the other caller: %s", got)
		}
	})
}

// The dead letter of a rule is stored although the rule has sent other messages of the event.
func TestADeadLetterIsNotAMessageThatWasSent(t *testing.T) {
	s, sink := &sendtest.Recorder{}, &shelf{}
	b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	list := []core.Record{record(t, "7", `[{"t":"0"},{"t":"/"},{"t":"2"},{"t":"3"},{"t":"4"}]`)}
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered || len(sink.kept) != 1 || len(s.Sent) != 6 {
		t.Errorf("%s, kept %q, sent %q", r.Outcome, sink.marks(), s.Sent)
	}
}
