package bridge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
	"sendbridge/core/send/sendtest"
)

// An event that is sent as original and becomes an event again, as with EventBridge's MQTT source, does not loop forever.
func TestALoopEnds(t *testing.T) {
	var last string
	b := bridge.New(sendtest.SenderFunc(func(_ context.Context, _, payload string) (core.Receipt, error) {
		last = payload
		return core.Receipt{MsgID: "M"}, nil
	}), rulestest.Parse(t, `rules: [{topic: a/b, payload: original}]`), nil)
	r := record(t, "1", "1")
	for pass := 1; ; pass++ {
		result := b.Deliver(t.Context(), []core.Record{r})[0]
		if pass == 9 {
			wantError(t, result.Err, fault.CodeLoopDetected, "sendbridgehops 8")
			break
		}
		if result.Outcome != core.Sent {
			t.Fatalf("pass %d: %s, %v", pass, result.Outcome, result.Err)
		}
		e, err := cloudevent.DecodeEvent([]byte(last))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Extensions()["sendbridgehops"]; got != int32(pass) {
			t.Fatalf("after pass %d it says %v in %s", pass, got, last)
		}
		r = core.Record{Event: e}
	}
}

func TestHops(t *testing.T) {
	for _, c := range []struct {
		hops any
		code string // of the error; otherwise the payload has the number of hops
		want string
	}{
		{int32(0), "", "1"}, {int32(7), "", "8"}, {"7", "", "8"}, {"0", "", "1"}, {7, "", "8"},
		{int32(8), fault.CodeLoopDetected, "8"}, {"8", fault.CodeLoopDetected, "8"}, {"08", fault.CodeLoopDetected, "8"}, {int32(2147483647), fault.CodeLoopDetected, "2147483647"},
		{int32(-1), fault.CodeInvalidEvent, `sendbridgehops "-1"`},
		{"+1", fault.CodeInvalidEvent, `sendbridgehops "+1"`},
		{"1.0", fault.CodeInvalidEvent, `sendbridgehops "1.0"`},
		{"99999999999999999999", fault.CodeInvalidEvent, `sendbridgehops "99999999999999999999"`},
		{"many", fault.CodeInvalidEvent, `sendbridgehops "many"`},
		{true, fault.CodeInvalidEvent, `sendbridgehops "true"`},
		{struct{}{}, fault.CodeInvalidEvent, "sendbridgehops: must be a whole number"},
	} {
		r := record(t, "1", "1")
		r.Event.Context.(*event.EventContextV1).Extensions = map[string]any{"sendbridgehops": c.hops}
		plans, err := rulestest.Parse(t, `rules: [{topic: a/b, payload: original}]`).Plans(&r, rulestest.Noon)
		if c.code != "" {
			wantError(t, err, c.code, c.want)
			continue
		}
		if err != nil || !strings.Contains(plans[0].Deliveries[0].Payload, `"sendbridgehops":`+c.want+`,`) {
			t.Errorf("%v: %v, %v", c.hops, plans, err)
		}
	}
}

func wantError(t *testing.T, err error, code, detail string) {
	t.Helper()
	if f := fault.Of(err); f.Class != fault.ClassMessage || f.Code != code || !strings.Contains(err.Error(), detail) {
		t.Errorf("got %v, want %s with %q", err, code, detail)
	}
}
