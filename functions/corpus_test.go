package functions_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

const corpusRules = `
rules:
  - {name: original, topic: all/original, payload: original}
  - {name: data, pattern: {data: [{exists: true}]}, topic: all/data, payload: {jsonpath: $.data, base64: true}}
  - {name: parts, topic: "all/${$.id:-none}", payload: {template: '{"type": "${$.type}", "subject": "${$.subject:-none}", "flag": "${$.flag:-none}"}'}}
`

// A recorder is a Sender that records messages and returns a MsgId for each.
type recorder struct {
	mu       sync.Mutex
	messages []string
}

func (r *recorder) SendMessage(_ context.Context, topic, payload string) (core.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, topic+" "+payload)
	return core.Receipt{MsgID: fmt.Sprint(len(r.messages)), Attempts: 1}, nil
}

// The messages do not depend on the ingress of an event.
func TestOneCorpusGivesTheSameMessagesAtEveryIngress(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d events in the corpus, %v", len(files), err)
	}
	set, err := rules.Parse("corpus.yaml", []byte(corpusRules))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		event, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want string
		for _, way := range append([]string{"webhook, structured"}, slices.Sorted(maps.Keys(waysIn))...) {
			var r recorder
			if err := waysIn[way](t.Context(), bridge.New(&r, set, nil).Deliver, event); err != nil {
				t.Errorf("%s by %s: %v", file, way, err)
			}
			got := strings.Join(r.messages, "\n")
			if want == "" {
				want = got
			}
			if got != want || got == "" {
				t.Errorf("%s by %s gives\n%s\nwant\n%s", file, way, got, want)
			}
		}
	}
}

// At every ingress, data that nests deeper than the limit is the sender's fault: nothing is sent, and the data does not
// count as text.
func TestDeepDataIsRejectedAtEveryIngress(t *testing.T) {
	set, err := rules.Parse("corpus.yaml", []byte(corpusRules))
	if err != nil {
		t.Fatal(err)
	}
	event := func(depth int) []byte {
		return []byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`)
	}
	for _, way := range slices.Sorted(maps.Keys(waysIn)) {
		var r recorder
		deliver := bridge.New(&r, set, nil).Deliver
		if err := waysIn[way](t.Context(), deliver, event(9_000)); err != nil {
			t.Errorf("%s, within the limit: %.300v", way, err)
		}
		r.messages = nil
		err := waysIn[way](t.Context(), deliver, event(20_000))
		if err == nil || len(r.messages) > 0 {
			t.Errorf("%s: %v, %d messages", way, err, len(r.messages))
			continue
		}
		if f := fault.Of(err); f.Class != fault.ClassMessage && !strings.Contains(err.Error(), "400 {") && !strings.Contains(err.Error(), "422 {") && !strings.Contains(err.Error(), `"statusCode":4`) && !strings.Contains(err.Error(), "batchItemFailures") {
			t.Errorf("%s: %.300v", way, err)
		}
	}
}

// An event in headers, of a request or of a queue's message, is the same as the event with these members in JSON:
// attributes stay as sent, and an invalid one does not affect the others.
func TestOneEventInHeadersGivesTheSameMessagesAtEveryIngress(t *testing.T) {
	set, err := rules.Parse("corpus.yaml", []byte(corpusRules))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, value, inOriginal string }{
		{"source", "/工厂/传感器", `"source":"/工厂/传感器"`},
		{"source", "/a b|c", `"source":"/a b|c"`},
		{"time", "2026-02-01T01:00:00+08:00", `"time":"2026-02-01T01:00:00+08:00"`},
		{"time", "2026-02-01T01:00:00.000Z", `"time":"2026-02-01T01:00:00.000Z"`},
		{"time", "2016-12-31t23:59:60z", `"time":"2016-12-31t23:59:60z"`},
		{"dataschema", "#", `"dataschema":"#"`},
		{"dataschema", "http://[::1", ""},
		{"subject", "", ""},
		{"subject", "a\nb", ""},
		{"tracestate", "", ""},
		{"my-ext", "x", `"myext":"x"`},
		{"trace_id", "x", `"traceid":"x"`},
		{"sub-ject", "x", ""},
	} {
		attributes := map[string]string{"specversion": "1.0", "id": "h-1", "source": "/s", "type": "t"}
		attributes[c.name] = c.value
		var want string
		for _, way := range slices.Sorted(maps.Keys(headerWays)) {
			var r recorder
			if err := headerWays[way](t.Context(), bridge.New(&r, set, nil).Deliver, attributes); err != nil {
				t.Errorf("%s %q by %s: %v", c.name, c.value, way, err)
			}
			got := strings.Join(r.messages, "\n")
			if want == "" {
				want = got
			}
			if got != want || got == "" || !strings.Contains(got, c.inOriginal) {
				t.Errorf("%s %q by %s gives\n%s\nwant\n%s\nwith %s", c.name, c.value, way, got, want, c.inOriginal)
			}
		}
	}
}
