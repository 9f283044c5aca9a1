package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// coded is an error with a class and a code, like those of the API client.
type coded struct{ class, code string }

func (c coded) Error() string         { return c.code }
func (c coded) Describe() fault.Fault { return fault.Fault{Class: c.class, Code: c.code} }

var (
	throttled = coded{fault.ClassThrottled, "Throttling.User"}
	poison    = coded{fault.ClassMessage, "ParameterCheckFailed"}
)

func TestTallyCounts(t *testing.T) {
	var tally bridge.Tally
	sent := core.Receipt{MsgID: "M", Attempts: 1}
	for _, r := range []core.Result{
		{Outcome: core.Sent, Deliveries: []core.Delivery{{Rule: "a", Receipt: sent}, {Rule: "b", Receipt: core.Receipt{MsgID: "M", Attempts: 3}}}},
		{Outcome: core.Sent, Deliveries: []core.Delivery{{Rule: "a", Receipt: sent, Duplicate: true}, {Rule: "b", Receipt: sent}}},
		{Outcome: core.Duplicate, Deliveries: []core.Delivery{{Rule: "a", Receipt: sent, Duplicate: true}}},
		{Outcome: core.Dropped},
		{Outcome: core.DeadLettered, Reason: poison, Deliveries: []core.Delivery{{Rule: "a", Err: poison}}},
		{Outcome: core.Refused, Err: poison},
		{Outcome: core.Failed, Err: throttled, Deliveries: []core.Delivery{
			{Rule: "a", Err: poison}, {Rule: "b", Receipt: core.Receipt{Attempts: 4}, Err: fmt.Errorf("wrapped: %w", throttled)}}},
		{Outcome: core.Failed, Err: errors.New("who knows")},
	} {
		tally.Observe(t.Context(), r, time.Second)
	}
	got := tally.Snapshot()
	want := bridge.Counts{
		Events: [...]int{core.Sent: 2, core.Duplicate: 1, core.Dropped: 1, core.DeadLettered: 1, core.Refused: 1, core.Failed: 2},
		Errors: map[bridge.ErrorKind]int{
			{Class: "message", Code: "ParameterCheckFailed"}: 2,
			{Class: "throttled", Code: "Throttling.User"}:    1,
			{Class: "unknown"}: 1,
		},
		Messages: map[bridge.MessageKind]int{
			{Rule: "a", Outcome: core.Sent}:      1,
			{Rule: "b", Outcome: core.Sent}:      2,
			{Rule: "a", Outcome: core.Duplicate}: 2,
			{Rule: "a", Outcome: core.Refused, ErrorKind: bridge.ErrorKind{Class: "message", Code: "ParameterCheckFailed"}}: 2,
			{Rule: "b", Outcome: core.Failed, ErrorKind: bridge.ErrorKind{Class: "throttled", Code: "Throttling.User"}}:     1,
		},
		Attempts: 1 + 3 + 1 + 4, // a duplicate has the attempts of the earlier message
		Took:     8 * time.Second,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Received() != 8 {
		t.Errorf("received %d of 8", got.Received())
	}
}

func TestTallyBoundsCodes(t *testing.T) {
	var tally bridge.Tally
	fail := func(code string) {
		tally.Observe(t.Context(), core.Result{Outcome: core.Failed, Err: coded{"unknown", code}}, 0)
	}
	for _, code := range []string{strings.Repeat("x", 65), "a b", "caf\u00e9", "\xff", "a\nb", "a\x7f"} {
		fail(code)
	}
	if diff := cmp.Diff(map[bridge.ErrorKind]int{{Class: "unknown", Code: "other"}: 6}, tally.Snapshot().Errors); diff != "" {
		t.Fatal(diff)
	}
	for i := range 1000 {
		fail(fmt.Sprint("Code", i))
	}
	fail("Code7") // already known, so counted by its name
	kinds := tally.Snapshot().Errors
	if len(kinds) != 101 || kinds[bridge.ErrorKind{Class: "unknown", Code: "other"}] != 6+900 || kinds[bridge.ErrorKind{Class: "unknown", Code: "Code7"}] != 2 {
		t.Errorf("%d kinds: %v", len(kinds), kinds)
	}
}

func TestTallyKeepsCodes(t *testing.T) {
	var tally bridge.Tally
	for _, code := range []string{strings.Repeat("x", 64), "~", "!", ""} {
		tally.Observe(t.Context(), core.Result{Outcome: core.Failed, Err: coded{"unknown", code}}, 0)
		if n := tally.Snapshot().Errors[bridge.ErrorKind{Class: "unknown", Code: code}]; n != 1 {
			t.Errorf("%q was counted %d times: %v", code, n, tally.Snapshot().Errors)
		}
	}
}

func TestCountsSince(t *testing.T) {
	var tally bridge.Tally
	empty := tally.Snapshot()
	deliver := func(rule string) {
		tally.Observe(t.Context(), core.Result{Deliveries: []core.Delivery{{Rule: rule, Receipt: core.Receipt{MsgID: "M", Attempts: 2}}}}, time.Second)
	}
	deliver("a")
	deliver("c")
	before := tally.Snapshot()
	deliver("b")
	deliver("c")
	deliver("c")
	tally.Observe(t.Context(), core.Result{Outcome: core.Refused, Err: poison}, 0)
	want := bridge.Counts{
		Events:   [...]int{core.Sent: 3, core.Refused: 1, core.Failed: 0},
		Errors:   map[bridge.ErrorKind]int{{Class: "message", Code: "ParameterCheckFailed"}: 1},
		Messages: map[bridge.MessageKind]int{{Rule: "b", Outcome: core.Sent}: 1, {Rule: "c", Outcome: core.Sent}: 2},
		Attempts: 6,
		Took:     3 * time.Second,
	}
	if diff := cmp.Diff(want, tally.Snapshot().Since(before)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(tally.Snapshot(), tally.Snapshot().Since(empty)); diff != "" {
		t.Error(diff)
	}
}

// Every event has one message of two attempts, so that an inconsistent snapshot is detected.
func TestSnapshotIsOfOneMoment(t *testing.T) {
	const writers, each = 4, 2000
	var tally bridge.Tally
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r := core.Result{Outcome: core.Outcome((w + i) % 6)}
				if r.Outcome >= core.DeadLettered {
					r.Reason = throttled
				}
				r.Deliveries = []core.Delivery{{Rule: fmt.Sprint(i % 7), Receipt: core.Receipt{Attempts: 2}, Err: r.Reason}}
				tally.Observe(t.Context(), r, time.Millisecond)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var last bridge.Counts
	for finished := false; !finished; {
		select {
		case <-done:
			finished = true
		default:
		}
		c := tally.Snapshot()
		n := c.Received()
		if sum(c.Messages) != n || c.Attempts != 2*n || c.Took != time.Duration(n)*time.Millisecond ||
			sum(c.Errors) != c.Events[core.DeadLettered]+c.Events[core.Refused]+c.Events[core.Failed] || n < last.Received() {
			t.Fatalf("%d events after %d: %+v", n, last.Received(), c)
		}
		last = c
	}
	if last.Received() != writers*each {
		t.Errorf("received %d of %d", last.Received(), writers*each)
	}
}

func sum[K comparable](m map[K]int) int {
	total := 0
	for _, n := range m {
		total += n
	}
	return total
}

// For any records and any sender, the tally counts each record once by its result's outcome, and each message.
func TestTallyMissesNothing(t *testing.T) {
	rules := rulestest.Parse(t, `
rules:
  - name: even
    pattern: {data: {even: [true]}}
    topic: even/x
    payload: original
  - name: elements
    pattern: {data: {list: [{exists: true}]}}
    each: $.data.list
    topic: each/x
    payload: {jsonpath: "@"}
`)
	var seen [core.Failed + 1]int
	rapid.Check(t, func(rt *rapid.T) {
		records := anyRecords(t, rt)
		answers := rapid.SliceOfN(rapid.IntRange(0, 9), 100, 100).Draw(rt, "answers")
		var tally bridge.Tally
		var received int
		b := bridge.New(fickle(answers), rules, &bridge.Options{
			Observe:         bridge.Observers(func(context.Context, core.Result, time.Duration) {}, nil, tally.Observe),
			RejectUnmatched: rapid.Bool().Draw(rt, "reject"),
			Dedup:           rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(rt, "dedup"),
			DeadLetter:      rapid.SampledFrom([]core.DeadLetterFunc{nil, keep, lose}).Draw(rt, "sink"),
		})
		var want [core.Failed + 1]int
		messages := 0
		for range 2 {
			received += len(records)
			for _, r := range b.Deliver(rt.Context(), records) {
				want[r.Outcome]++
				seen[r.Outcome]++
				messages += len(r.Deliveries)
			}
		}
		got := tally.Snapshot()
		if got.Events != want || got.Received() != received || sum(got.Messages) != messages ||
			sum(got.Errors) != want[core.DeadLettered]+want[core.Refused]+want[core.Failed] {
			rt.Fatalf("%d received, outcomes %v, %d messages: tally %+v", received, want, messages, got)
		}
	})
	for outcome, n := range seen {
		if n == 0 {
			t.Errorf("no event was %s", core.Outcome(outcome))
		}
	}
}

func anyRecords(t *testing.T, rt *rapid.T) []core.Record {
	records := make([]core.Record, rapid.IntRange(0, 30).Draw(rt, "n"))
	for i := range records {
		data := rapid.SampledFrom([]string{`{"even":true}`, `{}`, `{"list":[]}`, `{"list":[1,{"x":null}]}`, `{"even":true,"list":[1,2]}`}).Draw(rt, "data")
		records[i] = record(t, fmt.Sprint(i), data)
		records[i].OrderingKey = rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "orderingKey")
		records[i].Err = rapid.SampledFrom([]error{nil, nil, nil, poison, errors.New("no event")}).Draw(rt, "err")
	}
	return records
}

func keep(context.Context, event.Event) error { return nil }
func lose(context.Context, event.Event) error { return errors.New("disk full") }

// fickle returns a sender with these answers: mostly success, and all kinds of failures.
func fickle(answers []int) core.Sender {
	var mu sync.Mutex
	calls := 0
	return sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
		mu.Lock()
		calls++
		answer := answers[calls%len(answers)]
		mu.Unlock()
		switch answer {
		case 0:
			return core.Receipt{Attempts: 3}, throttled
		case 1:
			return core.Receipt{Attempts: 1}, poison
		case 2:
			panic("a bug")
		case 3:
			return core.Receipt{}, nil
		}
		return core.Receipt{MsgID: "M", Attempts: 1}, nil
	})
}

func TestObserversTellsEachInTurn(t *testing.T) {
	var observed []string
	note := func(name string) bridge.Observer {
		return func(_ context.Context, r core.Result, took time.Duration) {
			observed = append(observed, fmt.Sprint(name, " ", r.Outcome, " ", took))
		}
	}
	bridge.Observers(note("a"), nil, note("b"))(t.Context(), core.Result{Outcome: core.Dropped}, time.Second)
	if diff := cmp.Diff([]string{"a dropped 1s", "b dropped 1s"}, observed); diff != "" {
		t.Error(diff)
	}
	bridge.Observers()(t.Context(), core.Result{}, 0)
}
