package inlet_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook/inlet"
)

// Every element of a list must have what identifies an event, or the list is not one of Event Grid's own schema.
func TestListsOfEventGrid(t *testing.T) {
	const event, other = `{"id":"a","eventType":"t","subject":"s"}`, `{"id":"b","eventType":"t","subject":"s"}`
	for body, want := range map[string]bool{
		"[" + event + "]":               true,
		"[" + event + "," + other + "]": true,
		"[]":                            false,
		event:                           false,
		"[" + event:                     false,
		"[" + event + ",5]":             false,
		"[5," + event + "]":             false,
		"[" + event + "," + strings.Replace(other, `"id":"b",`, ``, 1) + "]": false,
		"[" + strings.Replace(event, `"a"`, `""`, 1) + "]":                   false,
		"[" + strings.Replace(event, `"t"`, `""`, 1) + "]":                   false,
		"[" + strings.Replace(event, `"s"`, `""`, 1) + "]":                   false,
		"[" + strings.Replace(event, `"s"`, "\"\xff\"", 1) + "]":             false,
	} {
		if got := inlet.IsEventGrid([]byte(body)); got != want {
			t.Errorf("%q: %t", body, got)
		}
	}
	for yaml, want := range map[string]bool{
		"{verify: eventgrid, secretEnv: S}":                                           true,
		"{verify: bearer, secretEnv: S, cloudevents: true, challenge: eventgrid}":     true,
		"{verify: bearer, secretEnv: S, cloudevents: true}":                           false,
		"{verify: bearer, secretEnv: S, cloudevents: true, type: t, challenge: zoom}": false,
	} {
		if spec := specOf(t, yaml); spec.TakesEventGrid() != want {
			t.Errorf("%s: takes such lists: %t", yaml, !want)
		}
	}
}

func TestEventsOfEventGrid(t *testing.T) {
	const whole = `{"id":"a","topic":"/subscriptions/1","subject":"/blobs/x","eventType":"Microsoft.Storage.BlobCreated","eventTime":"2026-01-31T12:00:00.5Z","data":{"url":"u"}}`
	for name, c := range map[string]struct{ more, element, want, data, err string }{
		"whole": {"", whole, "id=a source=/subscriptions/1 type=Microsoft.Storage.BlobCreated subject=/blobs/x time=2026-01-31T12:00:00.5Z datacontenttype=application/json", `{"url":"u"}`, ""},
		"without a topic and data": {"", `{"id":"a","subject":"/blobs/x","eventType":"t","eventTime":"2026-01-31T12:00:00Z"}`,
			"id=a source=/in/in type=t subject=/blobs/x time=2026-01-31T12:00:00Z", "", ""},
		"templates of the file": {"subject: '${$.data.url}', source: '/storage/${$.id}'", whole,
			"id=a source=/storage/a type=Microsoft.Storage.BlobCreated subject=u time=2026-01-31T12:00:00.5Z datacontenttype=application/json", `{"url":"u"}`, ""},
		"a template without a value": {"source: '${$.data.host}'", whole, "", "", "$.data.host is missing"},
	} {
		spec := specOf(t, "{verify: eventgrid, secretEnv: S, "+c.more+"}")
		record := spec.GridEvent(http.Header{}, c.element)
		if c.err != "" {
			if record.Err == nil || !strings.Contains(record.Err.Error(), c.err) || string(record.Raw) != c.element {
				t.Errorf("%s: %v, raw %s", name, record.Err, record.Raw)
			}
			continue
		}
		if record.Err != nil {
			t.Fatalf("%s: %v", name, record.Err)
		}
		if diff := cmp.Diff(attributesIn(c.want), attributesOf(t, record)); diff != "" || string(record.Event.Data()) != c.data {
			t.Errorf("%s: data %s\n%s", name, record.Event.Data(), diff)
		}
	}
}
