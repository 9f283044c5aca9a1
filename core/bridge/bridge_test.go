package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

func records(t testing.TB, keys ...string) []core.Record {
	t.Helper()
	list := make([]core.Record, len(keys))
	for i, key := range keys {
		list[i] = record(t, fmt.Sprint(i), `{"n":`+fmt.Sprint(i)+`}`)
		list[i].OrderingKey = key
	}
	return list
}

func record(t testing.TB, id, data string) core.Record {
	t.Helper()
	e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/s","type":"t","data":%s}`, id, data))
	if err != nil {
		t.Fatal(err)
	}
	return core.Record{Event: e, Ingress: "http:/"}
}

const byNumber = `
rules:
  - topic: n/${$.data.n}
    payload: {jsonpath: $.id}
`

func outcomes(results []core.Result) []string {
	var list []string
	for _, r := range results {
		list = append(list, r.Outcome.String())
	}
	return list
}

func TestDeliverKeepsOrderOfResults(t *testing.T) {
	s := &sendtest.Recorder{Errs: map[string]error{"n/3": sendtest.OfClass("transient"), "n/5": sendtest.OfClass("message")}}
	results := bridge.New(s, rulestest.Parse(t, byNumber), nil).Deliver(t.Context(), records(t, make([]string, 8)...))
	want := strings.Fields("sent sent sent failed sent refused sent sent")
	if diff := cmp.Diff(want, outcomes(results)); diff != "" {
		t.Error(diff)
	}
	for i, r := range results {
		if r.Event.ID() != fmt.Sprint(i) {
			t.Errorf("result %d is of event %s", i, r.Event.ID())
		}
		if d := r.Deliveries[0]; (d.MsgID == "") != (d.Err != nil) || (r.Err == nil) != r.Outcome.Acknowledged() {
			t.Errorf("result %d: MsgID %q, errors %v and %v", i, d.MsgID, d.Err, r.Err)
		}
	}
}

func TestLanesGoInOrderAndStopAlone(t *testing.T) {
	s := &sendtest.Recorder{Errs: map[string]error{"n/2": sendtest.OfClass("transient")}}
	results := bridge.New(s, rulestest.Parse(t, byNumber), nil).Deliver(t.Context(), records(t, "a", "b", "a", "b", "a", "b", "", ""))
	want := strings.Fields("sent sent failed sent failed sent sent sent")
	if diff := cmp.Diff(want, outcomes(results)); diff != "" {
		t.Error(diff)
	}
	if later := results[4]; fault.Of(later.Err).Class != fault.ClassTransient || len(later.Deliveries) > 0 {
		t.Errorf("the event after the failure: %v, %v", later.Err, later.Deliveries)
	}
	var b []string
	for _, m := range s.Sent {
		if m == "n/1 1" || m == "n/3 3" || m == "n/5 5" {
			b = append(b, m)
		}
	}
	if diff := cmp.Diff([]string{"n/1 1", "n/3 3", "n/5 5"}, b); diff != "" {
		t.Errorf("key b: %s", diff)
	}
}

// Twenty calls of a second each, four at once, take five seconds for any number of callers.
func TestInFlightBoundsAllCallsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			time.Sleep(time.Second)
			return core.Receipt{MsgID: "M"}, nil
		})
		b := bridge.New(send.InFlight(slow, 4, nil), rulestest.Parse(t, byNumber), nil)
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { b.Deliver(t.Context(), records(t, make([]string, 10)...)) })
		}
		wg.Wait()
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestWaitForASlotEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
			<-ctx.Done()
			return core.Receipt{}, ctx.Err()
		})
		b := bridge.New(send.InFlight(stuck, 1, nil), rulestest.Parse(t, byNumber), nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		for _, r := range b.Deliver(ctx, records(t, "", "", "")) {
			if r.Outcome != core.Failed || fault.Of(r.Err).Class != fault.ClassTransient {
				t.Errorf("got %s, %v", r.Outcome, r.Err)
			}
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %s", took)
		}
	})
}

const threeRules = `
rules:
  - {name: first, topic: "a/1", payload: {jsonpath: $.id}}
  - {name: broken, topic: "b/${$.data.absent}", payload: {jsonpath: $.id}}
  - {name: other, pattern: {type: [unheard]}, topic: "c/1", payload: original}
  - {name: last, topic: "d/1", payload: {jsonpath: $.id}}
`

func TestEveryMatchingRuleFires(t *testing.T) {
	s := &sendtest.Recorder{}
	r := bridge.New(s, rulestest.Parse(t, threeRules), nil).Deliver(t.Context(), records(t, ""))[0]
	if diff := cmp.Diff([]string{"a/1 0", "d/1 0"}, s.Sent); diff != "" {
		t.Error(diff)
	}
	if r.Outcome != core.Refused || len(r.Deliveries) != 3 || r.Deliveries[1].Rule != "broken" || r.Deliveries[1].Err != r.Err {
		t.Errorf("got %s with %v, %v", r.Outcome, r.Deliveries, r.Err)
	}
}

// When the API is down, the remaining messages are not tried, because the trigger retries the event.
func TestFailedEventStopsItsMessages(t *testing.T) {
	s := &sendtest.Recorder{Errs: map[string]error{"a/1": sendtest.OfClass("credential")}}
	r := bridge.New(s, rulestest.Parse(t, threeRules), nil).Deliver(t.Context(), records(t, ""))[0]
	if len(s.Sent) > 0 || r.Outcome != core.Failed || fault.Of(r.Err).Class != fault.ClassCredential {
		t.Errorf("sent %q; %s: %v", s.Sent, r.Outcome, r.Err)
	}
	if last := r.Deliveries[2]; last.Rule != "last" || fault.Of(last.Err).Class != fault.ClassTransient {
		t.Errorf("the rule after: %+v", last)
	}
}

func TestEachSendsATopicsMessagesInOrder(t *testing.T) {
	s := &sendtest.Recorder{}
	b := bridge.New(s, rulestest.Parse(t, `
rules:
  - {each: $.data, topic: "x/${@.t}", payload: {jsonpath: "@.n"}}
`), nil)
	data := `[{"t":1,"n":1},{"t":2,"n":2},{"t":1,"n":3},{"t":1,"n":4},{"t":2,"n":5}]`
	if r := b.Deliver(t.Context(), []core.Record{record(t, "1", data)})[0]; r.Outcome != core.Sent || len(r.Deliveries) != 5 {
		t.Fatalf("got %s: %v", r.Outcome, r.Err)
	}
	got := map[string]string{}
	for _, m := range s.Sent {
		topic, payload, _ := strings.Cut(m, " ")
		got[topic] += payload
	}
	if diff := cmp.Diff(map[string]string{"x/1": "134", "x/2": "25"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnmatched(t *testing.T) {
	only := rulestest.Parse(t, `rules: [{pattern: {type: [unheard]}, topic: a/b, payload: original}]`)
	s := &sendtest.Recorder{}
	if r := bridge.New(s, only, nil).Deliver(t.Context(), records(t, ""))[0]; r.Outcome != core.Dropped || !r.Unmatched || r.Err != nil {
		t.Errorf("dropping: got %s, %v", r.Outcome, r.Err)
	}
	r := bridge.New(s, only, &bridge.Options{RejectUnmatched: true}).Deliver(t.Context(), records(t, ""))[0]
	if r.Outcome != core.Refused || fault.Of(r.Err).Code != fault.CodeNoRuleMatched {
		t.Errorf("rejecting: got %s, %v", r.Outcome, r.Err)
	}
	none := rulestest.Parse(t, `rules: [{each: $.data, topic: a/b, payload: {jsonpath: "@"}}]`)
	r = bridge.New(s, none, &bridge.Options{RejectUnmatched: true}).Deliver(t.Context(), []core.Record{record(t, "1", `[]`)})[0]
	if r.Outcome != core.Dropped || r.Unmatched {
		t.Errorf("each without elements: got %s, %v", r.Outcome, r.Err)
	}
}

func TestWhatIsNoMessageIsNotSent(t *testing.T) {
	s := &sendtest.Recorder{}
	b := bridge.New(s, rulestest.Parse(t, byNumber), nil)
	list := []core.Record{{Err: sendtest.OfClass("message")}, {Err: errors.New("nobody knows")}, {}}
	if diff := cmp.Diff(strings.Fields("refused failed refused"), outcomes(b.Deliver(t.Context(), list))); diff != "" || len(s.Sent) > 0 {
		t.Errorf("%s, sent %q", diff, s.Sent)
	}
}

func TestASenderThatSaysNothingIsNotBelieved(t *testing.T) {
	silent := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) { return core.Receipt{}, nil })
	if r := bridge.New(silent, rulestest.Parse(t, byNumber), nil).Deliver(t.Context(), records(t, ""))[0]; r.Outcome != core.Failed || r.Err == nil {
		t.Errorf("got %s, %v", r.Outcome, r.Err)
	}
	bug := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) { panic("what is in an event") })
	for _, r := range bridge.New(bug, rulestest.Parse(t, byNumber), nil).Deliver(t.Context(), records(t, "", "", "")) {
		if r.Outcome != core.Failed || r.Err == nil || strings.Contains(r.Err.Error(), "what is in") {
			t.Errorf("got %s, %v", r.Outcome, r.Err)
		}
	}
}

// For any behaviour of a sender: every record has one result, the observer is called once for it, an acknowledged event has
// a MsgId for each message, and records with one ordering key keep their order and stop at the first failure.
func TestDeliverProperties(t *testing.T) {
	list := rulestest.Parse(t, byNumber)
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b"}), 0, 20).Draw(rt, "keys")
		s := &sendtest.Recorder{Errs: map[string]error{}}
		for i := range keys {
			if class := rapid.SampledFrom([]string{"", "", "message", "throttled", "transient"}).Draw(rt, "class"); class != "" {
				s.Errs[fmt.Sprint("n/", i)] = sendtest.OfClass(class)
			}
		}
		var mu sync.Mutex
		heard := map[string]int{}
		b := bridge.New(s, list, &bridge.Options{Concurrency: rapid.IntRange(1, 4).Draw(rt, "concurrency"), Observe: func(_ context.Context, r core.Result, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			heard[r.Event.ID()]++
		}})
		stopped := map[string]bool{}
		for i, r := range b.Deliver(context.Background(), records(t, keys...)) {
			failed := s.Errs[fmt.Sprint("n/", i)] != nil || stopped[keys[i]]
			if r.Outcome.Acknowledged() == failed || heard[fmt.Sprint(i)] != 1 {
				rt.Fatalf("event %d: %s, heard of %d times", i, r.Outcome, heard[fmt.Sprint(i)])
			}
			if !failed && r.Deliveries[0].MsgID == "" {
				rt.Fatalf("event %d is acknowledged without a MsgId", i)
			}
			stopped[keys[i]] = failed && keys[i] != ""
		}
		inOrder(rt, keys, s.Sent)
	})
}

func inOrder(rt *rapid.T, keys, sent []string) {
	last := map[string]int{}
	for _, m := range sent {
		var n, id int
		if _, err := fmt.Sscanf(m, "n/%d %d", &n, &id); err != nil {
			rt.Fatal(err)
		}
		if key := keys[n]; key != "" {
			if n < last[key] {
				rt.Fatalf("key %s: %d after %d", key, n, last[key])
			}
			last[key] = n
		}
	}
}
