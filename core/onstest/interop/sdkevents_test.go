package interop

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"sendbridge/adapters/webhook"
	"sendbridge/core/cloudevent"
)

// Events of sdk-go are equal in both modes.
func TestEventsOfSDKGoInBothModes(t *testing.T) {
	for _, members := range []string{
		`"source":"/s"`,
		`"source":"/s","subject":"a b","time":"2026-01-31T12:00:00.5Z"`,
		`"source":"https://example.com/s?q=1","dataschema":"https://example.com/schema","ext":"x"`,
		`"source":"urn:x","datacontenttype":"text/plain","data":"hello"`,
		`"source":"/s","datacontenttype":"application/json","data":{"a":1}`,
		`"source":"/s","datacontenttype":"application/octet-stream","data_base64":"AP8="`,
	} {
		var e event.Event
		if err := e.UnmarshalJSON([]byte(`{"specversion":"1.0","id":"1","type":"t",` + members + `}`)); err != nil {
			t.Fatal(err)
		}
		binary, structured := sentBy(t, binding.WithForceBinary(t.Context()), e), sentBy(t, binding.WithForceStructured(t.Context()), e)
		if binary != structured {
			t.Errorf("%s: in binary mode\n%s\nand in structured mode\n%s", members, binary, structured)
		}
	}
}

// sentBy returns the payload of an event that sdk-go sends.
func sentBy(t *testing.T, ctx context.Context, e event.Event) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	if err := cehttp.WriteRequest(ctx, binding.ToMessage(&e), r); err != nil {
		t.Fatal(err)
	}
	records, err := webhook.Decode(r)
	if err != nil || len(records) != 1 || records[0].Err != nil || records[0].Event.FieldErrors != nil {
		t.Fatalf("%v, %+v", err, records)
	}
	return string(cloudevent.EncodeEvent(records[0].Event))
}
