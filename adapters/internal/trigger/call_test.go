package trigger_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
)

// A failed call of a source whose sender waits is not kept, because it may hold a password. One that it decodes is sent.
func TestRecordsOfCallsWhoseSenderWaits(t *testing.T) {
	waiting := func(err error) trigger.Table {
		asks := trigger.Source{Name: "asks", Waits: true, Is: func(p *trigger.Payload) bool { return p.Members.Have("password") },
			Decode: func([]byte, core.Invocation) ([]core.Record, error) {
				if err != nil {
					return nil, err
				}
				return []core.Record{{Ingress: "asked"}}, nil
			}}
		return append(trigger.Table{asks}, table()...)
	}
	payload := []byte(`{"id":"1","requestPayload":{"password":"hunter2"}}`)
	records, err := replayed(waiting(errBroken), payload)
	if err != nil || len(records) != 1 || records[0].Err != errBroken || !records[0].SenderWaits || records[0].Raw != nil {
		t.Errorf("not decoded: %+v, %v", records, err)
	}
	records, err = replayed(waiting(nil), payload)
	if err != nil || len(records) != 1 || records[0].Err != nil || records[0].Ingress != "asked" {
		t.Errorf("decoded: %+v, %v", records, err)
	}
}

func replayed(t trigger.Table, payload []byte) ([]core.Record, error) {
	return t.Replay(trigger.Look(payload).JSON, core.Invocation{}, 5, call)
}

// Events without ids get them from the call. Equal ones in one payload are several events, in the same order each time.
func TestSuffixesTellEqualEventsApart(t *testing.T) {
	ids := func() (list []string) {
		s := make(trigger.Suffixes)
		for _, content := range []string{"a", "b", "a", "a"} {
			list = append(list, s.Next(content))
		}
		return list
	}
	a, b := "-4162fddd39a3e4225e8e2392eced237f", "-6f05a38663673dd0d1435302186ef51b"
	want := []string{a, b, a + "-2", a + "-3"}
	for range 2 {
		if got := ids(); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestEventsWithoutAnIDHaveThatOfTheirCall(t *testing.T) {
	of := func(requestID, suffix, content string) (string, bool) {
		e, derived := trigger.OfCall(core.Invocation{RequestID: requestID}, suffix, "/s", "t", []byte(content))
		r := e.Record(nil)
		if r.Err != nil || r.Event.Source() != "/s" || r.Event.Type() != "t" {
			t.Errorf("%+v", r)
		}
		return r.Event.ID(), derived
	}
	if id, derived := of("req-1", "-x", "content"); id != "req-1-x" || derived {
		t.Errorf("in a call: %s, derived is %t", id, derived)
	}
	shown, derived := of("", "-x", "content")
	if len(shown) != 32 || !derived {
		t.Errorf("without a call: %s, derived is %t", shown, derived)
	}
	for _, c := range [][2]string{{"-y", "content"}, {"-x", "other"}, {"", "content-x"}} {
		if id, _ := of("", c[0], c[1]); id == shown {
			t.Errorf("%q and %q have one id", c, shown)
		}
	}
	if again, _ := of("", "-x", "content"); again != shown {
		t.Errorf("%s and then %s", shown, again)
	}
}

func TestAFunctionKeepsTheLogItIsGiven(t *testing.T) {
	var lines bytes.Buffer
	f := trigger.New(trigger.Function{Table: table(), Log: slog.New(slog.NewTextHandler(&lines, nil)),
		Deliver: func(_ context.Context, records []core.Record) []core.Result { return make([]core.Result, len(records)) }})
	payload := []byte(`{"Records":[{"eventSource":"broken"}],"a":"secret"}`)
	f.Settle(t.Context(), f.Table.Of(payload), payload)
	if got := lines.String(); !strings.Contains(got, "trigger=broken") || !strings.Contains(got, "error=broken") || strings.Contains(got, "secret") {
		t.Errorf("the log has %q", got)
	}
}
