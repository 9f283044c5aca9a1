package webhook_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
)

// Header values stay as the sender wrote them, and an invalid optional attribute does not invalidate the event.
func TestAttributesInHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    attributes
		noted   string // names
	}{
		"a source beyond ASCII":    {[]string{"ce-source:", "ce-source: /%E5%B7%A5%E5%8E%82"}, attributes{"source": "/工厂"}, ""},
		"a source with a blank":    {[]string{"ce-source:", "ce-source: /a%20b|c"}, attributes{"source": "/a b|c"}, ""},
		"a time with a zone":       {[]string{"ce-time: 2026-02-01T01:00:00+08:00"}, attributes{"time": "2026-02-01T01:00:00+08:00"}, ""},
		"a time with milliseconds": {[]string{"ce-time: 2026-02-01T01:00:00.000Z"}, attributes{"time": "2026-02-01T01:00:00.000Z"}, ""},
		"a time in lower case":     {[]string{"ce-time: 2026-02-01t01:00:00z"}, attributes{"time": "2026-02-01t01:00:00z"}, ""},
		"a leap second":            {[]string{"ce-time: 2016-12-31T23:59:60Z"}, attributes{"time": "2016-12-31T23:59:60Z"}, ""},
		"dataschema of Event Grid": {[]string{"ce-dataschema: #"}, attributes{"dataschema": "#"}, ""},
		"empty":                    {[]string{"ce-subject:", "ce-subject: ", `ce-time: ""`, "ce-tracestate: ", "ce-my-ext: ", "ce-datacontenttype: "}, nil, ""},
		"not a time":               {[]string{"ce-time: yesterday"}, nil, "time"},
		"not a media type":         {[]string{"Content-Type: json"}, nil, "datacontenttype"},
		"not in its place":         {[]string{"ce-datacontenttype: a/b"}, nil, "datacontenttype"},
		"a control character":      {[]string{"ce-subject: a%0Ab", "ce-ext: %00"}, nil, "ext subject"},
		"a hyphen":                 {[]string{"ce-my-ext: 1"}, attributes{"myext": "1"}, "my-ext"},
		"an underscore":            {[]string{"Ce-Trace_Id: 1"}, attributes{"traceid": "1"}, "trace_id"},
		"names that become alike":  {[]string{"ce-my_ext: 2", "ce-my-ext: 1", "ce-m-yext: 3"}, attributes{"myext": "3"}, "m-yext my-ext my_ext"},
		"a name that is taken":     {[]string{"ce-my-ext: 1", "ce-myext: 2"}, attributes{"myext": "2"}, "my-ext"},
		"a name of CloudEvents":    {[]string{"ce-i-d: 8", "ce-sub-ject: 1"}, nil, "i-d sub-ject"},
		"a name of the bridge":     {[]string{"ce-sendbridge-hops: x", "ce-sendbridge_ingress: http:/"}, nil, "sendbridge-hops sendbridge_ingress"},
	} {
		t.Run(name, func(t *testing.T) {
			records, err := webhook.Decode(newRequest("", binaryHeaders(c.headers...)...))
			if err != nil {
				t.Fatal(err)
			}
			want := attributes{"id": "7", "source": "/s", "type": "t"}
			maps.Copy(want, c.want)
			e := records[0].Event
			if diff := cmp.Diff(want, attributesOf(t, e)); diff != "" {
				t.Error(diff)
			}
			if noted := strings.Join(slices.Sorted(maps.Keys(e.FieldErrors)), " "); noted != c.noted {
				t.Errorf("noted %q, want %q", noted, c.noted)
			}
		})
	}
}

// The npm package cloudevents sends a string as application/json by default, without encoding it as JSON.
func TestTextThatADefaultCallsJSON(t *testing.T) {
	const npm, text = "application/json; charset=utf-8", "text/plain; charset=utf-8"
	for _, c := range []struct{ contentType, body, want string }{
		{npm, "hello", text},
		{npm, "door 7 opened: 21.5 °C", text},
		{npm, "2026-01-31", text},
		{npm, "  a\n", text},
		{npm, "<a/>", text},
		{npm, "truely", text},
		{npm, `{"a":1}`, npm},
		{npm, `"hello"`, npm},
		{npm, "5", npm},
		{npm, `{"a":`, npm}, // cut off: this will be an error
		{npm, `[1,`, npm},
		{npm, `"hello`, npm},
		{npm, "", npm},
		{"application/json", "hello", "application/json"}, // declared by the sender
		{"application/json;charset=utf-8", "hello", "application/json;charset=utf-8"},
		{"application/vnd.x+json; charset=utf-8", "hello", "application/vnd.x+json; charset=utf-8"},
	} {
		records, err := webhook.Decode(newRequest(c.body, binaryHeaders("Content-Type: "+c.contentType)...))
		if err != nil {
			t.Fatal(err)
		}
		if e := records[0].Event; e.DataContentType() != c.want || string(e.Data()) != c.body {
			t.Errorf("%s, %q: %s, %q; want %s", c.contentType, c.body, e.DataContentType(), e.Data(), c.want)
		}
	}
}
