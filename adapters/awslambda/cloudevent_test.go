package awslambda

import (
	"testing"

	"sendbridge/core/cloudevent"
)

// An SDK of a queue writes the attributes of an event as it likes. The event is the same each time.
func TestEventsInAttributes(t *testing.T) {
	for name, c := range map[string]struct {
		attributes map[string]string
		body, want string
	}{
		"a type as of HTTP": {map[string]string{"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t", "Content-Type": "text/csv"}, "a,b",
			`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/csv","data":"a,b"}`},
		"the event's own type": {map[string]string{"ce_specversion": "1.0", "ce_id": "1", "ce_source": "/s", "ce_type": "t", "ce_datacontenttype": "text/css", "Content-Type": "text/csv"}, "a,b",
			`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/css","data":"a,b"}`},
		"no type": {map[string]string{"cloudEvents:specversion": "1.0", "cloudEvents:id": "1", "cloudEvents:source": "/s", "cloudEvents:type": "t", "colour": "red"}, "a,b",
			`{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/plain","data":"a,b"}`},
		"names of both kinds": {map[string]string{"ce-specversion": "1.0", "ce-id": "1", "ce_id": "2", "ce-ID": "3", "ce-source": "/s", "ce-type": "t", "Content-Type": "text/css", "content-type": "text/csv"}, "a,b",
			`{"specversion":"1.0","id":"2","source":"/s","type":"t","datacontenttype":"text/css","data":"a,b"}`},
	} {
		for range 20 {
			r, ok := binary(c.attributes, []byte(c.body), "raw")
			if got := string(cloudevent.EncodeEvent(r.Event)); !ok || r.Err != nil || got != c.want {
				t.Fatalf("%s: %s, %v, want %s", name, got, r.Err, c.want)
			}
		}
	}
	if _, ok := binary(map[string]string{"ce-id": "1", "ce-source": "/s", "ce-type": "t"}, nil, ""); ok {
		t.Error("attributes without a version count as an event")
	}
}
