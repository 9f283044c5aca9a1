package rules

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

func BenchmarkRender(b *testing.B) {
	const topic = "{topic: 'firmware/${$.subject}', payload: "
	for _, c := range []struct{ name, rule string }{
		{"text", topic + "{template: 'id ${$.id} of ${$.data.oss.bucket.name}: ${$.data.oss.object.size} bytes'}}"},
		{"json", topic + `{template: '{"id": "${$.id}", "bucket": "${$.data.oss.bucket.name}", "size": ${$.data.oss.object.size}}'}}`},
		{"match", `{topic: 'firmware/${model}', vars: {model: {path: $.data.oss.object.key, match: "^([a-z]+)/"}}, payload: {jsonpath: $.data.oss}}`},
		{"original", topic + "original}"},
		{"base64", topic + "{jsonpath: $.data, base64: true}}"},
		{"each", "{each: $.data.items, topic: 'a/${@.id}', payload: {template: '${@.id}'}}"},
	} {
		b.Run(c.name, func(b *testing.B) {
			list, err := Parse("bench", []byte("rules: ["+c.rule+"]"))
			if err != nil {
				b.Fatal(err)
			}
			v := benchView(b)
			now := time.Unix(0, 0)
			b.ReportAllocs()
			for b.Loop() {
				for _, d := range list.rules[0].Render(v, now) {
					if d.Err != nil {
						b.Fatal(d.Err)
					}
				}
			}
		})
	}
}

// benchView returns the view of an event with about 1 KB of data.
func benchView(b *testing.B) *cloudevent.View {
	b.Helper()
	e := event.New()
	e.SetID("364C0E50")
	e.SetSource("acs.oss")
	e.SetType("oss:ObjectCreated:PutObject")
	e.SetSubject("pump-7")
	data := map[string]any{
		"eventVersion": "1.0",
		"filler":       strings.Repeat("abcdefgh", 90),
		"items":        []map[string]string{{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}},
		"oss":          map[string]any{"bucket": map[string]any{"name": "firmware"}, "object": map[string]any{"key": "pump/fw.bin", "size": 1048576}},
	}
	raw, err := json.Marshal(data)
	if err != nil {
		b.Fatal(err)
	}
	if err := e.SetData("application/json", raw); err != nil {
		b.Fatal(err)
	}
	v, err := cloudevent.NewView(&core.Record{Event: e})
	if err != nil {
		b.Fatal(err)
	}
	return v
}
