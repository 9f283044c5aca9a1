package webhook_test

import (
	"context"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// Event Grid's own schema works at the documented inlet and at the preset: first the validation, then lists of events. A
// request that claims to use it still needs the token, and a CloudEvent still needs its origin.
func TestEventGridsOwnSchema(t *testing.T) {
	const validation = `[{"id":"1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","subject":"","data":{"validationCode":"c"}}]`
	const events = `[{"id":"a","topic":"/subscriptions/1","subject":"/blobs/x","eventType":"Microsoft.Storage.BlobCreated","eventTime":"2026-01-31T12:00:00.5Z","data":{"url":"u"},"dataVersion":"","metadataVersion":"1"},` +
		`{"id":"b","topic":"/subscriptions/1","subject":"/blobs/y","eventType":"Microsoft.Storage.BlobDeleted","eventTime":"2026-01-31T12:00:01Z","data":{}}]`
	for name, in := range map[string]string{
		"as documented": "verify: bearer, cloudevents: true, challenge: eventgrid, origins: [eventgrid.azure.net]",
		"the preset":    "verify: eventgrid, origins: [eventgrid.azure.net]",
	} {
		t.Run(name, func(t *testing.T) {
			var got []core.Record
			i := must(inlet.New(specOf(t, "{secretEnv: S, "+in+"}"), []string{"t"}, nil))
			h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
				got = records
				return sendAll(ctx, records)
			}, webhook.Options{Inlets: []*inlet.Inlet{i}})
			ask := func(query, body string, headers ...string) (int, string) {
				r := postTo("/in/in", body, headers...)
				r.URL.RawQuery = query
				w := answerTo(h, r)
				return w.Code, w.Body.String()
			}
			if code, body := ask("access_token=t", validation, "Content-Type: application/json; charset=utf-8", "aeg-event-type: SubscriptionValidation"); code != 200 || body != `{"validationResponse":"c"}`+"\n" || got != nil {
				t.Errorf("validation: %d %s", code, body)
			}
			if code, body := ask("access_token=t", events, "Content-Type: application/json; charset=utf-8", "aeg-event-type: Notification"); code != 200 || len(got) != 2 {
				t.Fatalf("%d events, %d %s", len(got), code, body)
			}
			if e := got[0].Event; e.ID() != "a" || e.Source() != "/subscriptions/1" || e.Type() != "Microsoft.Storage.BlobCreated" || e.Subject() != "/blobs/x" || string(e.Data()) != `{"url":"u"}` || got[1].Index != 1 {
				t.Errorf("%s", e)
			}
			if code, _ := ask("access_token=u", events, "aeg-event-type: Notification"); code != 401 {
				t.Errorf("another token: %d", code)
			}
			if code, _ := ask("access_token=t", busEvent, "Content-Type: "+structuredType); code != 403 {
				t.Errorf("a CloudEvent without an origin: %d", code)
			}
			if code, _ := ask("access_token=t", busEvent, "Content-Type: "+structuredType, "WebHook-Request-Origin: eventgrid.azure.net"); code != 204 {
				t.Errorf("a CloudEvent: %d", code)
			}
			if code, _ := ask("access_token=t", strings.Replace(events, `"id":"b",`, "", 1), "Content-Type: application/json", "aeg-event-type: Notification"); code != 415 && code != 422 {
				t.Errorf("a list that is not whole: %d", code)
			}
		})
	}
}

// A list may have as many events as a batch. A longer one is refused as a whole: no event of it is lost in silence. Of the
// elements that are not events, twenty are listed with their place, and the rest together.
func TestTheLengthOfAnEventGridList(t *testing.T) {
	const element = `{"id":"a","subject":"s","eventType":"t","data":{"n":1}}`
	list := func(n int) string { return "[" + strings.Repeat(element+",", n-1) + element + "]" }
	spec := specOf(t, "{verify: eventgrid, secretEnv: S}")
	if records, err := webhook.DecodeInlet(&spec, postTo("/in/in", list(10_000))); err != nil || len(records) != 10_000 || records[9_999].Index != 9_999 {
		t.Errorf("ten thousand: %d, %v", len(records), err)
	}
	if records, err := webhook.DecodeInlet(&spec, postTo("/in/in", list(10_001))); webhook.Status(err) != 413 || records != nil {
		t.Errorf("one more: %d, %v", len(records), err)
	}
	named := specOf(t, "{verify: eventgrid, secretEnv: S, subject: '${$.data.n}', source: '/${$.data.host}'}")
	body := "[" + strings.Replace(element, `"n":1`, `"host":"h"`, 1) + strings.Repeat(","+element, 30) + "]"
	records, err := webhook.DecodeInlet(&named, postTo("/in/in", body))
	if err != nil || len(records) != 22 || records[0].Err != nil || records[0].Event.Source() != "/h" {
		t.Fatalf("%d records, %v", len(records), err)
	}
	if records[1].Err == nil || records[1].Index != 1 || records[1].Ingress != "http:/in/in" {
		t.Errorf("an event without its source: %+v", records[1])
	}
}
