package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
	"sendbridge/internal/leaktest"
)

// A shelf is a sink that stores events, unless it has an error.
type shelf struct {
	mu   sync.Mutex
	kept []event.Event
	err  error
}

func (s *shelf) keep(_ context.Context, e event.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.kept = append(s.kept, e)
	return nil
}

// marks returns the id, rule, code and error of each stored event.
func (s *shelf) marks() []string {
	var list []string
	for _, e := range s.kept {
		x := e.Extensions()
		list = append(list, fmt.Sprint(e.ID(), " ", x["sendbridgerule"], " ", x["sendbridgecode"], " ", x["sendbridgeerror"]))
	}
	return list
}

// mixed has a rule that works, one that cannot be rendered, and one whose topic the API may reject.
const mixed = `
rules:
  - {name: fine, topic: a/1, payload: {jsonpath: $.id}}
  - {name: broken, each: $.data, topic: "b/${@.t}", payload: {jsonpath: $.id}}
  - {name: refused, topic: c/1, payload: {jsonpath: $.id}}
`

const mixedData = `[{"t":"x"},{"t":"/"},{},{"t":"y"}]`

func mixedRecord(t testing.TB) []core.Record {
	t.Helper()
	r := record(t, "7", mixedData)
	r.Event.SetExtension("producer", "p")
	return []core.Record{r}
}

func rejecting() *sendtest.Recorder {
	return &sendtest.Recorder{Errs: map[string]error{"c/1": sendtest.Refusal("InvalidTopic")}}
}

func TestRefusedEventIsDeadLettered(t *testing.T) {
	defer leaktest.Verify(t)
	s, sink := rejecting(), &shelf{}
	b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep})
	list := mixedRecord(t)
	r := b.Deliver(t.Context(), list)[0]
	if r.Outcome != core.DeadLettered || r.Err != nil || fault.Of(r.Reason).Class != fault.ClassMessage {
		t.Fatalf("%s, error %v, reason %v", r.Outcome, r.Err, r.Reason)
	}
	if diff := cmp.Diff([]string{
		`7 broken TopicInvalid rule "broken": ${@.t}: "/" has a slash, which would add a level to the topic: only ${+…} allows it; ${slug:…} and ${hash:…} make one level of any text`,
		`7 refused InvalidTopic the API rejects it: InvalidTopic`,
	}, sink.marks()); diff != "" {
		t.Error(diff)
	}
	if len(s.Sent) != 3 {
		t.Errorf("what could be sent: %q", s.Sent)
	}
	for _, e := range sink.kept {
		want := list[0].Event.Clone()
		for name, v := range e.Extensions() {
			if strings.HasPrefix(name, "sendbridge") {
				want.SetExtension(name, v)
			}
		}
		if diff := cmp.Diff(want.String(), e.String()); diff != "" {
			t.Error("not the unchanged event:", diff)
		}
	}
	if len(list[0].Event.Extensions()) != 1 {
		t.Errorf("the record's own event was marked: %v", list[0].Event)
	}
}

func TestWhatIsNotDeadLettered(t *testing.T) {
	for name, c := range map[string]struct {
		record core.Record
		err    error // of the API
		want   core.Outcome
	}{
		"sender waits, broken":      {core.Record{SenderWaits: true}, nil, core.Refused},
		"sender waits, refused":     {core.Record{SenderWaits: true}, sendtest.Refusal("InvalidTopic"), core.Refused},
		"throttled":                 {core.Record{}, sendtest.OfClass("throttled"), core.Failed},
		"transient":                 {core.Record{}, sendtest.OfClass("transient"), core.Failed},
		"unknown":                   {core.Record{}, errors.New("nobody said"), core.Failed},
		"credential":                {core.Record{}, sendtest.OfClass("credential"), core.Failed},
		"permission":                {core.Record{}, sendtest.OfClass("permission"), core.Failed},
		"clock":                     {core.Record{}, sendtest.OfClass("clock"), core.Failed},
		"unsupported":               {core.Record{}, sendtest.OfClass("unsupported"), core.Failed},
		"sender waits, undecodable": {core.Record{SenderWaits: true, Err: sendtest.OfClass("message"), Raw: []byte("x")}, nil, core.Refused},
		"undecodable today":         {core.Record{Err: sendtest.OfClass("transient"), Raw: []byte("x")}, nil, core.Failed},
		"nothing to store":          {core.Record{Err: sendtest.OfClass("message")}, nil, core.Refused},
	} {
		sink := &shelf{}
		s := &sendtest.Recorder{Errs: map[string]error{"a/1": c.err}}
		b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
		c.record.Event = mixedRecord(t)[0].Event
		for range 2 {
			r := b.Deliver(t.Context(), []core.Record{c.record})[0]
			if r.Outcome != c.want || r.Err == nil || r.Reason != nil || len(sink.kept) > 0 {
				t.Errorf("%s: %s, %v, kept %q", name, r.Outcome, r.Err, sink.marks())
			}
		}
	}
}

// While an event must be retried for another reason, nothing of it goes to the sink.
func TestTransientFaultComesBeforeDeadLettering(t *testing.T) {
	s, sink := rejecting(), &shelf{}
	s.Errs["a/1"] = sendtest.OfClass("transient")
	b := bridge.New(s, rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
	list := mixedRecord(t)
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Failed || len(sink.kept) > 0 {
		t.Fatalf("%s, kept %q", r.Outcome, sink.marks())
	}
	delete(s.Errs, "a/1")
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered || len(sink.kept) != 2 || len(s.Sent) != 3 {
		t.Errorf("%s, kept %q, sent %q", r.Outcome, sink.marks(), s.Sent)
	}
}

// If a trigger retries an event although it was dead-lettered, the sink does not get it again, and the API is not called
// again.
func TestDeadLetteredOnceWithinTheWindow(t *testing.T) {
	s, sink, c := rejecting(), &shelf{}, newClock()
	calls := 0
	b := bridge.New(sendtest.SenderFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
		calls++
		return s.SendMessage(ctx, topic, payload)
	}), rulestest.Parse(t, mixed), &bridge.Options{DeadLetter: sink.keep, Dedup: window, Now: c.now, Concurrency: 1})
	list := mixedRecord(t)
	for range 3 {
		r := b.Deliver(t.Context(), list)[0]
		if r.Outcome != core.DeadLettered || r.Err != nil || r.Reason == nil {
			t.Errorf("%s, error %v, reason %v", r.Outcome, r.Err, r.Reason)
		}
		if last := r.Deliveries[5]; fault.Of(last.Err).Class != fault.ClassMessage || last.MsgID != "" {
			t.Errorf("the message that the API rejected: %+v", last)
		}
	}
	if len(sink.kept) != 2 || calls != 4 {
		t.Errorf("kept %q in %d calls", sink.marks(), calls)
	}
	c.Time = c.Add(window)
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.DeadLettered || len(sink.kept) != 4 || calls != 8 {
		t.Errorf("when the window is over: %s, kept %q in %d calls", r.Outcome, sink.marks(), calls)
	}
	for range 2 {
		list[0].DerivedID = true
		b.Deliver(t.Context(), list)
	}
	if len(sink.kept) != 8 {
		t.Errorf("derived id: kept %q", sink.marks())
	}
}

func TestWhatNoRuleSawIsDeadLettered(t *testing.T) {
	sink := &shelf{}
	b := bridge.New(&sendtest.Recorder{}, rulestest.Parse(t, `rules: [{pattern: {type: [unheard]}, topic: a/b, payload: original}]`),
		&bridge.Options{DeadLetter: sink.keep, RejectUnmatched: true})
	broken := record(t, "2", "1")
	if err := broken.Event.SetData("application/json", []byte("{")); err != nil {
		t.Fatal(err)
	}
	broken.Event.SetExtension("sendbridgeingress", "forged")
	for _, r := range b.Deliver(t.Context(), []core.Record{record(t, "1", "1"), broken}) {
		if r.Outcome != core.DeadLettered || r.Reason == nil {
			t.Errorf("%s: %v", r.Outcome, r.Reason)
		}
	}
	if len(sink.kept) != 2 {
		t.Fatalf("kept %q", sink.marks())
	}
	for _, e := range sink.kept {
		x := e.Extensions()
		if _, ok := x["sendbridgerule"]; ok || x["sendbridgecode"] == nil || x["sendbridgeingress"] != nil {
			t.Errorf("marks %v", x)
		}
		if e.ID() == "2" && string(e.Data()) != "{" {
			t.Errorf("data %q", e.Data())
		}
	}
}
