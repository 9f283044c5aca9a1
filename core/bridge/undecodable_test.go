package bridge_test

import (
	"testing"
	"unicode/utf8"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

func TestWhatCannotBeDecodedIsWrapped(t *testing.T) {
	sink := &shelf{}
	b := bridge.New(&sendtest.Recorder{}, rulestest.Parse(t, byNumber), &bridge.Options{DeadLetter: sink.keep})
	r := b.Deliver(t.Context(), []core.Record{{
		Err: sendtest.Refusal("InvalidEvent"), Raw: []byte("\xff{"), MessageID: "m-1", Ingress: "lambda:arn:aws:sqs:eu-west-1:1:q",
	}})[0]
	if r.Outcome != core.DeadLettered || r.Err != nil || fault.Of(r.Reason).Class != fault.ClassMessage || len(sink.kept) != 1 {
		t.Fatalf("%s, error %v, reason %v", r.Outcome, r.Err, r.Reason)
	}
	e := sink.kept[0]
	if e.Type() != "sendbridge.undecodable" || e.Source() != "lambda:arn:aws:sqs:eu-west-1:1:q" || e.DataContentType() != "application/octet-stream" ||
		string(e.Data()) != "\xff{" || e.ID() == "" || e.Validate() != nil {
		t.Errorf("got %v", e)
	}
	if x := e.Extensions(); x["sendbridgecode"] != "InvalidEvent" || x["sendbridgeerror"] != "the API rejects it: InvalidEvent" || len(x) != 2 {
		t.Errorf("marks %v", x)
	}
}

// Undecodable messages are the same event if their bytes and their message id are the same.
func TestIDsOfWhatCannotBeDecoded(t *testing.T) {
	sink := &shelf{}
	b := bridge.New(&sendtest.Recorder{}, rulestest.Parse(t, byNumber), &bridge.Options{DeadLetter: sink.keep})
	for _, r := range []struct{ messageID, raw, ingress string }{
		{"m-1", "x", "q"}, {"m-1", "x", "q"}, // the same
		{"m-2", "x", "q"}, {"m-1", "y", "q"}, {"m-", "1x", "q"}, {"", "", "q"}, {"", "x", "q"}, {"", "x", ""}, {"", "x", "::"}, {"", "x", "#"}, {"", "x", "a:\xff"},
	} {
		b.Deliver(t.Context(), []core.Record{{Err: sendtest.OfClass("message"), Raw: []byte(r.raw), MessageID: r.messageID, Ingress: r.ingress}})
	}
	ids := map[string]int{}
	for i, e := range sink.kept {
		ids[e.ID()]++
		if err := e.Validate(); err != nil || !utf8.ValidString(e.Source()) {
			t.Errorf("event %d of %q: %v", i, e.Source(), err)
		}
		if i == 7 && e.Source() != "sendbridge" {
			t.Errorf("source %q of what has no ingress", e.Source())
		}
	}
	if len(sink.kept) != 11 || len(ids) != 6 || ids[sink.kept[0].ID()] != 2 || ids[sink.kept[6].ID()] != 5 {
		t.Errorf("%d kept with the ids %v", len(sink.kept), ids)
	}
}

func TestWhatCannotBeDecodedIsKeptOnce(t *testing.T) {
	for messageID, want := range map[string]int{"m-1": 1, "": 3} { // without a name, three of the same may be three
		sink := &shelf{}
		b := bridge.New(&sendtest.Recorder{}, rulestest.Parse(t, byNumber), &bridge.Options{DeadLetter: sink.keep, Dedup: window})
		for range 3 {
			r := b.Deliver(t.Context(), []core.Record{{Err: sendtest.OfClass("message"), Raw: []byte("x"), MessageID: messageID}})[0]
			if r.Outcome != core.DeadLettered {
				t.Errorf("%q: %s", messageID, r.Outcome)
			}
		}
		if len(sink.kept) != want {
			t.Errorf("%q: kept %d times, want %d", messageID, len(sink.kept), want)
		}
	}
}

func TestABrokenElementOfABatchIsKept(t *testing.T) {
	list, err := cloudevent.DecodeBatch([]byte(`[{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"n":1}}, {"id": 2} , 3]`), 100)
	if err != nil {
		t.Fatal(err)
	}
	sink := &shelf{}
	bridge.New(&sendtest.Recorder{}, rulestest.Parse(t, byNumber), &bridge.Options{DeadLetter: sink.keep, Concurrency: 1}).Deliver(t.Context(), list)
	var got []string
	for _, e := range sink.kept {
		got = append(got, string(e.Data()))
	}
	if len(got) != 2 || got[0] != `{"id": 2}` || got[1] != "3" {
		t.Errorf("kept %q", got)
	}
}
