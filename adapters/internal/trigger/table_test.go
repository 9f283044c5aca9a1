package trigger_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
	"sendbridge/core/fault"
)

var errBroken = errors.New("broken")

// table has a source for records of calls, one that fails, and one for all others, whose record shows the call.
func table() (t trigger.Table) {
	t = trigger.Table{
		{Name: "nothing", Is: trigger.IsEmpty, Decode: trigger.Nothing},
		{Name: trigger.Destination, Is: func(p *trigger.Payload) bool { return p.Members.Have("requestPayload") },
			Decode: func(payload []byte, in core.Invocation) ([]core.Record, error) {
				return t.Replay(gjson.ParseBytes(payload), in, trigger.MaxDepth, call)
			}},
		{Name: "broken", Is: func(p *trigger.Payload) bool { return p.RecordsOf == "broken" },
			Decode: func([]byte, core.Invocation) ([]core.Record, error) { return nil, errBroken }},
		{Name: trigger.Generic,
			Decode: func(payload []byte, in core.Invocation) ([]core.Record, error) {
				return []core.Record{{Ingress: in.RequestID, Raw: payload}}, nil
			}},
	}
	return t
}

func call(record gjson.Result, in core.Invocation) ([]byte, core.Invocation) {
	in.RequestID = record.Get("id").String()
	return []byte(record.Get("requestPayload").Raw), in
}

func TestTheFirstRowThatRecognisesAPayloadHasIt(t *testing.T) {
	for payload, want := range map[string]string{
		"": "nothing", " \n": "nothing", "[]": "nothing", "[ ]": "nothing",
		`{"Records":[{"eventSource":"broken"}]}`: "broken", `{"Records":[{"EventSource":"broken"}]}`: "broken",
		`{"requestPayload":1,"Records":[{"eventSource":"broken"}]}`: trigger.Destination,
		`{"Records":[{"eventSource":"other"}]}`:                     trigger.Generic,
		"{\"requestPayload\":\"\xff\"}":                             trigger.Generic, // JSON is UTF-8
		"text":                                                      trigger.Generic,
	} {
		if got := table().Of([]byte(payload)).Name; got != want {
			t.Errorf("%q: %s, want %s", payload, got, want)
		}
		for _, s := range table().Sources() {
			if s.Match([]byte(payload)) != (s.Name == want) {
				t.Errorf("%q: %s matches as well, or does not", payload, s.Name)
			}
		}
	}
}

func TestRecordsOfCallsMayHoldOneAnotherFiveDeep(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(strings.Repeat(`{"id":"outer","requestPayload":`, depth) + `{"id":"inner","requestPayload":{"event":1}}` + strings.Repeat("}", depth))
	}
	of := func(payload []byte) ([]core.Record, error) {
		return table().Of(payload).Decode(payload, core.Invocation{RequestID: "own"})
	}
	records, err := of(nested(trigger.MaxDepth))
	if err != nil || len(records) != 1 || records[0].Ingress != "inner" || string(records[0].Raw) != `{"event":1}` {
		t.Errorf("%+v, %v: want the event as if in the innermost call", records, err)
	}
	if records, err := of(nested(trigger.MaxDepth + 1)); fault.Of(err).Class != fault.ClassMessage {
		t.Errorf("one more: %+v, %v", records, err)
	}
}

func TestARecordOfACallWithoutItsEventIsRefused(t *testing.T) {
	for payload, refused := range map[string]bool{`{"requestPayload":null}`: true, `{"requestPayload":[]}`: false} {
		records, err := table().Of([]byte(payload)).Decode([]byte(payload), core.Invocation{})
		if len(records) > 0 || (fault.Of(err).Class == fault.ClassMessage) != refused {
			t.Errorf("%s: %+v, %v", payload, records, err)
		}
	}
}

func TestWhatIsNotDecodedIsSettled(t *testing.T) {
	f := trigger.New(trigger.Function{Table: table(), Cloud: "cloud:", Log: slog.New(slog.DiscardHandler),
		Deliver: func(_ context.Context, records []core.Record) []core.Result {
			return []core.Result{{Record: records[0], Outcome: core.Refused, Err: records[0].Err}}
		}})
	payload := []byte(`{"Records":[{"eventSource":"broken"}]}`)
	results := f.Settle(t.Context(), f.Table.Of(payload), payload)
	if r := results[0]; !errors.Is(r.Err, errBroken) || r.Ingress != "cloud:broken" || string(r.Raw) != string(payload) || &r.Raw[0] == &payload[0] {
		t.Errorf("%+v", r)
	}
}

func TestWithoutAHandlerRequestsAreRefused(t *testing.T) {
	f, w := trigger.New(trigger.Function{}), httptest.NewRecorder()
	if f.HTTP.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil)); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}
