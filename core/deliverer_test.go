package core

import (
	"context"
	"errors"
	"slices"
	"testing"

	"sendbridge/core/fault"
)

// A trigger forgets what is acknowledged: a result that contradicts itself is a failed one.
func TestResultsThatContradictThemselvesAreFailed(t *testing.T) {
	broken := errors.New("broken")
	refusal := fault.New(fault.CodeTopicInvalid, fault.ActorYou, "topic too long")
	sent := Delivery{Receipt: Receipt{MsgID: "1"}}
	for name, c := range map[string]struct {
		says Result
		want Outcome
		err  string
	}{
		"sent, with a MsgId for each message":     {Result{Outcome: Sent, Deliveries: []Delivery{sent, sent}}, Sent, ""},
		"sent without a message":                  {Result{Outcome: Sent}, Failed, "a message was reported as sent without a MsgId"},
		"sent, one message without a MsgId":       {Result{Outcome: Sent, Deliveries: []Delivery{sent, {}}}, Failed, "a message was reported as sent without a MsgId"},
		"sent, one message with an error":         {Result{Outcome: Sent, Deliveries: []Delivery{sent, {Receipt: Receipt{MsgID: "2"}, Err: broken}}}, Failed, "broken"},
		"sent, with an error":                     {Result{Outcome: Sent, Deliveries: []Delivery{sent}, Err: broken}, Failed, "broken"},
		"a duplicate, whose receipt is old":       {Result{Outcome: Duplicate}, Duplicate, ""},
		"dropped":                                 {Result{Outcome: Dropped}, Dropped, ""},
		"dropped, with an error":                  {Result{Outcome: Dropped, Err: broken}, Failed, "broken"},
		"dead-lettered":                           {Result{Outcome: DeadLettered, Deliveries: []Delivery{{Err: broken}}, Reason: broken}, DeadLettered, ""},
		"dead-lettered, with an error":            {Result{Outcome: DeadLettered, Err: broken}, Failed, "broken"},
		"refused":                                 {Result{Outcome: Refused, Err: refusal}, Refused, refusal.Error()},
		"refused without an error":                {Result{Outcome: Refused}, Failed, "the bridge returned no valid outcome for the event"},
		"failed without an error":                 {Result{Outcome: Failed}, Failed, "the bridge returned no valid outcome for the event"},
		"failed, though each message has a MsgId": {Result{Outcome: Failed, Deliveries: []Delivery{sent}, Err: broken}, Failed, "broken"},
	} {
		d := Deliverer(func(context.Context, []Record) []Result { return []Result{c.says} })
		got := d.Deliver(t.Context(), make([]Record, 1))
		if len(got) != 1 || got[0].Outcome != c.want || textOf(got[0].Err) != c.err {
			t.Errorf("%s: %v with %q, want %v with %q", name, got[0].Outcome, textOf(got[0].Err), c.want, c.err)
		}
	}
}

// If results cannot be assigned to their records, all of them are ignored.
func TestEachRecordHasAResult(t *testing.T) {
	records := []Record{{MessageID: "a"}, {MessageID: "b"}}
	for _, given := range [][]Result{nil, {{Outcome: Dropped}}, {{Outcome: Dropped}, {Outcome: Dropped}, {Outcome: Dropped}}} {
		got := Deliverer(func(context.Context, []Record) []Result { return given }).Deliver(t.Context(), records)
		if len(got) != 2 {
			t.Fatalf("%d results of 2 records", len(got))
		}
		for i, r := range got {
			if r.Outcome != Failed || r.Err == nil || r.MessageID != records[i].MessageID {
				t.Errorf("%d results given: record %d is %v with %v", len(given), i, r.Outcome, r.Err)
			}
		}
	}
}

// An Unfinished says how far the event got, and whether a retry repeats messages.
func TestUnfinishedSaysWhatARetryDoes(t *testing.T) {
	cause := errors.New("busy")
	for want, u := range map[string]Unfinished{
		"0 of 3 messages sent: busy":                         {Sent: 0, Messages: 3, Resumes: true},
		"2 of 3 messages sent, a retry sends the rest: busy": {Sent: 2, Messages: 3, Resumes: true},
		"2 of 3 messages sent, a retry sends all of them again, because the event has no id or there is no dedup window: busy": {Sent: 2, Messages: 3},
	} {
		u.Cause = cause
		if u.Error() != want || !errors.Is(&u, cause) {
			t.Errorf("%q, want %q", u.Error(), want)
		}
	}
}

func TestSummaryCountsByOutcome(t *testing.T) {
	results := []Result{{Outcome: Sent}, {Outcome: Sent}, {Outcome: Duplicate}, {Outcome: Failed}}
	if got, want := string(Summary(results)), `{"duplicate":1,"failed":1,"received":4,"sent":2}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := string(Summary(nil)), `{"received":0}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A nil SpanFunc traces nothing. Another one is called for each span and gets its outcome.
func TestSpans(t *testing.T) {
	type key struct{}
	ctx, end := SpanFunc(nil).Begin(t.Context(), "deliver")
	if end(nil); ctx != t.Context() {
		t.Error("another context, though nobody traces")
	}
	var seen []string
	trace := SpanFunc(func(ctx context.Context, name string) (context.Context, func(error)) {
		seen = append(seen, name)
		return context.WithValue(ctx, key{}, name), func(err error) { seen = append(seen, textOf(err)) }
	})
	ctx, end = trace.Begin(t.Context(), "deliver")
	if end(errors.New("late")); ctx.Value(key{}) != "deliver" || !slices.Equal(seen, []string{"deliver", "late"}) {
		t.Errorf("the span has %v and the outcomes %q", ctx.Value(key{}), seen)
	}
}

// Attempts are noted in order where somebody collects them, and nowhere else.
func TestTriesAreNotedWhereSomebodyCollects(t *testing.T) {
	var tries []Try
	NoteTry(t.Context(), Try{Took: 1})
	ctx := CollectTries(t.Context(), &tries)
	NoteTry(ctx, Try{Took: 2})
	NoteTry(ctx, Try{Took: 3})
	if len(tries) != 2 || tries[0].Took != 2 || tries[1].Took != 3 {
		t.Errorf("%v", tries)
	}
}
