package bridge_test

import (
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// replayed returns the last event of the sink as a replay delivers it.
func (s *shelf) replayed() []core.Record {
	return []core.Record{{Event: s.kept[len(s.kept)-1].Clone(), Ingress: "http:/"}}
}

func TestADeadLetterComesBack(t *testing.T) {
	s, sink := &sendtest.Recorder{Errs: map[string]error{"a/1": sendtest.Refusal("InvalidTopic")}}, &shelf{}
	b := bridge.New(s, rulestest.Parse(t, `rules: [{topic: a/1, payload: original}]`), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	list := []core.Record{record(t, "7", "1")}
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered {
		t.Fatal(r.Outcome, r.Err)
	}
	s.Errs = nil
	replay := sink.replayed()
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered || len(s.Sent) > 0 {
		t.Fatalf("the trigger's own: %s, sent %q", r.Outcome, s.Sent)
	}
	if r := b.Deliver(t.Context(), replay)[0]; r.Outcome != core.Sent || r.Deliveries[0].Duplicate {
		t.Fatalf("the dead letter: %s, %v", r.Outcome, r.Reason)
	}
	const want = `a/1 {"specversion":"1.0","id":"7","source":"/s","type":"t","sendbridgehops":1,"data":1}`
	if len(s.Sent) != 1 || s.Sent[0] != want {
		t.Errorf("sent %q, want %q", s.Sent, want)
	}
	for name, again := range map[string][]core.Record{"the dead letter": replay, "the trigger's own": list} {
		if r := b.Deliver(t.Context(), again)[0]; r.Outcome != core.Duplicate || len(s.Sent) != 1 {
			t.Errorf("%s again: %s, sent %q", name, r.Outcome, s.Sent)
		}
	}
}

// An event from the sink that still cannot be sent goes to the sink again.
func TestReplayedEventIsDeadLetteredAgain(t *testing.T) {
	s, sink := rejecting(), &shelf{}
	b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	b.Deliver(t.Context(), mixedRecord(t))
	s.Errs["c/1"] = sendtest.Refusal("Forbidden.Topic")
	first := sink.marks()
	r := b.Deliver(t.Context(), sink.replayed())[0]
	if r.Outcome != core.DeadLettered || len(sink.kept) != 4 || len(s.Sent) != 3 {
		t.Fatalf("%s, kept %q, sent %q", r.Outcome, sink.marks(), s.Sent)
	}
	if got := sink.marks(); got[2] != first[0] || got[3] != "7 refused Forbidden.Topic the API rejects it: Forbidden.Topic" {
		t.Errorf("kept %q", got)
	}
	if x := sink.kept[3].Extensions(); len(x) != 4 || x["producer"] != "p" {
		t.Errorf("extensions %v", x)
	}
}

// A sender that waits gets the current error, not one from the dedup window.
func TestDeadLetteredEventOfAWaitingSenderIsTried(t *testing.T) {
	s, sink := &sendtest.Recorder{Errs: map[string]error{"n/1": sendtest.Refusal("InvalidTopic")}}, &shelf{}
	b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	list := []core.Record{record(t, "7", `{"n":1}`)}
	b.Deliver(t.Context(), list)
	list[0].SenderWaits = true
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Refused || !strings.Contains(r.Err.Error(), "InvalidTopic") {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
	s.Errs = nil
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Sent {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}
