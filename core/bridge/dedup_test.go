package bridge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
	"sendbridge/internal/leaktest"
)

const window = 5 * time.Minute

// A clock is set by the test.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func newClock() *clock { return &clock{rulestest.Noon} }

func TestWithinTheWindowNothingIsSentTwice(t *testing.T) {
	defer leaktest.Verify(t)
	s, c := &sendtest.Recorder{}, newClock()
	b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window, Now: c.now})
	first := b.Deliver(t.Context(), records(t, "", "", ""))
	for _, after := range []time.Duration{0, time.Second, window - time.Second - 1} {
		c.Time = c.Add(after)
		again := b.Deliver(t.Context(), records(t, "", "", ""))
		for i, r := range again {
			d := r.Deliveries[0]
			if r.Outcome != core.Duplicate || r.Err != nil || !d.Duplicate || d.Receipt != first[i].Deliveries[0].Receipt {
				t.Errorf("after %s: %s with %+v", after, r.Outcome, d)
			}
		}
	}
	if len(s.Sent) != 3 {
		t.Fatalf("sent %q", s.Sent)
	}
	c.Time = c.Add(1)
	if r := b.Deliver(t.Context(), records(t, ""))[0]; r.Outcome != core.Sent || r.Deliveries[0].Duplicate || len(s.Sent) != 4 {
		t.Errorf("when the window is over: %s with %+v", r.Outcome, r.Deliveries)
	}
}

func TestWhatIsNotDeduped(t *testing.T) {
	for name, c := range map[string]struct {
		window  time.Duration
		derived bool
	}{"off": {0, false}, "derived": {window, true}} {
		s := &sendtest.Recorder{}
		b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: c.window})
		list := records(t, "")
		list[0].DerivedID = c.derived
		for range 2 {
			if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Sent || r.Deliveries[0].Duplicate {
				t.Errorf("%s: got %s", name, r.Outcome)
			}
		}
		if len(s.Sent) != 2 {
			t.Errorf("%s: sent %q", name, s.Sent)
		}
	}
}

// When a trigger retries a whole batch, only the failed events are sent.
func TestABatchIsRetriedWithoutWhatWasSent(t *testing.T) {
	s := &sendtest.Recorder{Errs: map[string]error{"n/1": sendtest.OfClass("transient")}}
	b := bridge.New(s, rulestest.Parse(t, byNumber), &bridge.Options{Dedup: window})
	list := records(t, "", "", "")
	if diff := cmp.Diff(strings.Fields("sent failed sent"), outcomes(b.Deliver(t.Context(), list))); diff != "" {
		t.Fatal(diff)
	}
	s.Errs = nil
	if diff := cmp.Diff(strings.Fields("duplicate sent duplicate"), outcomes(b.Deliver(t.Context(), list))); diff != "" {
		t.Error(diff)
	}
	if len(s.Sent) != 3 {
		t.Errorf("sent %q", s.Sent)
	}
}

// An event with some messages sent before sends the others, and its result has all receipts.
func TestAnEventIsRetriedWithoutWhatWasSent(t *testing.T) {
	s := &sendtest.Recorder{Errs: map[string]error{"b/2": sendtest.OfClass("transient")}}
	b := bridge.New(s, rulestest.Parse(t, `
rules:
  - {name: elements, each: $.data, topic: "a/${@}", payload: {jsonpath: "@"}}
  - {name: last, topic: b/2, payload: original}
`), &bridge.Options{Dedup: window})
	list := []core.Record{record(t, "1", `[7,7]`)}
	if r := b.Deliver(t.Context(), list)[0]; r.Outcome != core.Failed || len(s.Sent) != 2 {
		t.Fatalf("%s, sent %q", r.Outcome, s.Sent)
	}
	s.Errs = nil
	r := b.Deliver(t.Context(), list)[0]
	if r.Outcome != core.Sent || len(s.Sent) != 3 {
		t.Fatalf("%s, sent %q", r.Outcome, s.Sent)
	}
	for i, known := range []bool{true, true, false} {
		if d := r.Deliveries[i]; d.Duplicate != known || d.MsgID == "" {
			t.Errorf("delivery %d: %+v", i, d)
		}
	}
}

func TestMessagesAreToldApart(t *testing.T) {
	s := &sendtest.Recorder{}
	b := bridge.New(s, rulestest.Parse(t, `
rules:
  - {name: r1, topic: a/b, payload: {jsonpath: $.id}}
  - {name: r, pattern: {id: [{prefix: "1"}]}, topic: a/c, payload: {jsonpath: $.id}}
`), &bridge.Options{Dedup: window})
	list := []core.Record{
		*rulestest.Event(t, ""), // id 42 of /s
		record(t, "42", "1"),
		record(t, "1", "1"),
		record(t, "11", "1"),
	}
	e := list[2].Event.Clone()
	e.SetSource("/s1") // with the id 1, while /s has another event with the id 11
	list = append(list, core.Record{Event: e, Ingress: "http:/"})
	b.Deliver(t.Context(), list)
	list = append(list, record(t, "42", "1")) // the second again
	b.Deliver(t.Context(), list)
	if want := 1 + 1 + 2 + 2 + 2; len(s.Sent) != want { // the second event has the first one's id and other data
		t.Errorf("%d messages sent, want %d: %q", len(s.Sent), want, s.Sent)
	}
}

// Senders choose source and id but not the ingress, so no sender can make another's event look like a repetition.
func TestIngressIsPartOfTheDedupKey(t *testing.T) {
	for name, c := range map[string]struct {
		ingress, source, id string // of the second event
		want                core.Outcome
	}{
		"the same once more":       {"http:/", "/s", "42", core.Duplicate},
		"an inlet":                 {"http:/in/github", "/s", "42", core.Sent},
		"a queue":                  {"lambda:arn:aws:sqs:eu-west-1:1:q", "/s", "42", core.Sent},
		"Function Compute":         {"fc:oss", "/s", "42", core.Sent},
		"no way in":                {"", "/s", "42", core.Sent},
		"a part of source and way": {"http://s", "", "42", core.Sent},
		"another spelling":         {"http:/", "/%73", "42", core.Sent},
		"another id":               {"http:/", "/s", "4", core.Sent},
	} {
		s := &sendtest.Recorder{}
		b := bridge.New(s, rulestest.Parse(t, `rules: [{topic: a/b, payload: {constant: x}}]`), &bridge.Options{Dedup: window})
		first, second := *rulestest.Event(t, ""), *rulestest.Event(t, "")
		second.Ingress = c.ingress
		second.Event = second.Event.Clone()
		if c.source != "" {
			if err := cloudevent.SetAttribute(cloudevent.ContextOf(&second.Event), "source", c.source); err != nil {
				t.Fatal(err)
			}
		}
		second.Event.SetID(c.id)
		b.Deliver(t.Context(), []core.Record{first})
		if r := b.Deliver(t.Context(), []core.Record{second})[0]; r.Outcome != c.want {
			t.Errorf("%s: %s, want %s", name, r.Outcome, c.want)
		}
	}
}

func ExampleOptions_dedup() {
	list, _ := rules.Parse("example", []byte("rules: [{topic: events/all, payload: original}]"))
	taken := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
		return core.Receipt{MsgID: "M1"}, nil
	})
	b := bridge.New(taken, list, &bridge.Options{Dedup: 5 * time.Minute})
	e, _ := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t"}`))
	for range 2 {
		r := b.Deliver(context.Background(), []core.Record{{Event: e}})[0]
		fmt.Println(r.Outcome, r.Deliveries[0].MsgID)
	}
	// Output:
	// sent M1
	// duplicate M1
}

// An event's key does not depend on its batch.
func TestDedupKeyDoesNotDependOnTheBatch(t *testing.T) {
	one, other := record(t, "1", "1"), record(t, "1", "2")
	one.MessageID, other.MessageID = "m-1", "m-2"
	again := one
	again.MessageID = "m-3" // the same event in another message
	fail := func(topic string) map[string]error { return map[string]error{topic: sendtest.OfClass("transient")} }
	for name, c := range map[string]struct {
		errs     map[string]error
		first    []core.Record
		outcomes []core.Outcome
		then     core.Record
		want     core.Outcome
	}{
		"of one id, the second failed":   {fail("n/2"), []core.Record{one, other}, []core.Outcome{core.Sent, core.Failed}, other, core.Sent},
		"of one id, the first failed":    {fail("n/1"), []core.Record{one, other}, []core.Outcome{core.Failed, core.Sent}, one, core.Sent},
		"of one id, both sent":           {nil, []core.Record{one, other}, []core.Outcome{core.Sent, core.Sent}, other, core.Duplicate},
		"one event in two messages":      {nil, []core.Record{one, again}, []core.Outcome{core.Sent, core.Duplicate}, again, core.Duplicate},
		"the other way round afterwards": {nil, []core.Record{other, one}, []core.Outcome{core.Sent, core.Sent}, one, core.Duplicate},
	} {
		s := &sendtest.Recorder{Errs: c.errs}
		b := bridge.New(s, rulestest.Parse(t, "rules: [{topic: 'n/${$.data}', payload: {jsonpath: $.data}}]"), &bridge.Options{Dedup: window, Concurrency: 1})
		for i, r := range b.Deliver(t.Context(), c.first) {
			if r.Outcome != c.outcomes[i] {
				t.Errorf("%s: event %d is %s, want %s", name, i, r.Outcome, c.outcomes[i])
			}
		}
		s.Errs = nil
		if r := b.Deliver(t.Context(), []core.Record{c.then})[0]; r.Outcome != c.want {
			t.Errorf("%s: redelivered alone it is %s, want %s", name, r.Outcome, c.want)
		}
	}
}

// An attribute that a sender or a proxy adds to a repeated request does not make another event of it.
func TestRepetitionsMayHaveOtherExtensions(t *testing.T) {
	s := &sendtest.Recorder{}
	b := bridge.New(s, rulestest.Parse(t, "rules: [{topic: a/b, payload: {constant: x}}]"), &bridge.Options{Dedup: window})
	for i, members := range []string{`"data":1,"traceparent":"00-1"`, `"data":1,"time":"2026-01-31T12:00:00Z"`, `"data":2`, `"data":2,"subject":"s"`} {
		want := core.Sent
		if i == 1 {
			want = core.Duplicate
		}
		if r := b.Deliver(t.Context(), []core.Record{*rulestest.Event(t, members)})[0]; r.Outcome != want {
			t.Errorf("%s: %s, want %s", members, r.Outcome, want)
		}
	}
}
