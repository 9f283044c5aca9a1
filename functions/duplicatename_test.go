package functions_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
)

// No ingress delivers an event whose data a rule and the device could read differently.
func TestDuplicateNamesAreRejectedAtEveryIngress(t *testing.T) {
	const data = `{"site":"north","site":"south"}`
	structured := `{"specversion":"1.0","id":"d-1","source":"/s","type":"door","data":` + data + `}`
	set, err := rules.Parse("door.yaml", []byte(`rules: [{pattern: {type: [door], data: {site: [north]}}, topic: site/door, payload: original}, {topic: "all/${$.type}", payload: original}]`))
	if err != nil {
		t.Fatal(err)
	}
	binary := func() *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(data))
		for name, value := range map[string]string{"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "door", "Content-Type": "application/json"} {
			r.Header.Set(name, value)
		}
		return r
	}
	for way, send := range map[string]func(context.Context, core.Deliverer) error{
		"webhook, structured": func(_ context.Context, d core.Deliverer) error {
			return postTo(webhook.New(d, nil), structuredRequest(structured))
		},
		"webhook, binary": func(_ context.Context, d core.Deliverer) error { return postTo(webhook.New(d, nil), binary()) },
		"lambda, as it is": func(ctx context.Context, d core.Deliverer) error {
			return viaLambda(ctx, d, []byte(structured))
		},
		"lambda, a queue": func(ctx context.Context, d core.Deliverer) error {
			return viaLambda(ctx, d, inSQS([]byte(structured)))
		},
		"fc, as it is": func(ctx context.Context, d core.Deliverer) error { return viaFC(ctx, d, []byte(structured)) },
		"a dead deadLetter that comes back": func(ctx context.Context, d core.Deliverer) error {
			var deadLetter event.Event
			keep := func(_ context.Context, e event.Event) error { deadLetter = e; return nil }
			e, err := cloudevent.DecodeEvent([]byte(structured))
			if err != nil {
				return err
			}
			bridge.New(&recorder{}, set, &bridge.Options{DeadLetter: keep}).Deliver(ctx, []core.Record{{Event: e}})
			again, err := cloudevent.DecodeEvent(cloudevent.EncodeEvent(deadLetter))
			if err != nil {
				return err
			}
			return core.Unacknowledged(d.Deliver(ctx, []core.Record{{Event: again}}))
		},
	} {
		var sent recorder
		err := send(t.Context(), bridge.New(&sent, set, nil).Deliver)
		if err == nil || len(sent.messages) != 0 {
			t.Errorf("%s: %v, sent %q", way, err, sent.messages)
		}
		if !strings.Contains(err.Error(), "$.data.site is given twice") && !strings.HasPrefix(way, "lambda, a queue") {
			t.Errorf("%s: %v does not name the path", way, err)
		}
	}
}
