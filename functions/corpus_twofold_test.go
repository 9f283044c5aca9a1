package functions_test

import (
	"maps"
	"slices"
	"testing"

	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// Every ingress rejects an envelope or data that readers could understand differently.
func TestAmbiguousEventsAreRejectedAtEveryIngress(t *testing.T) {
	set, err := rules.Parse("rules.yaml", []byte(`
rules:
  - {pattern: {data: {state: [closed]}}, topic: "doors/${$.data.id:-none}", payload: original}
  - {pattern: {type: [other]}, topic: "doors/${$.id}", payload: original}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{
		`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"state":"closed","state":"open"}}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"state":"open","sta\u0074e":"closed"}}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"state":"closed","x":[],"x":{}}}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"state":"\ud83d"}}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"state":"closed","id":"\ude00"}}`,
		`{"specversion":"1.0","id":"\ud83d","source":"/s","type":"other"}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"other","subject":"\ud83d\ud83d"}`,
		`{"specversion":"1.0","id":"1","source":"/s","type":"other","datacontenttype":"text/plain","data":"\ud83d"}`,
	} {
		for _, way := range slices.Sorted(maps.Keys(waysIn)) {
			var r recorder
			err := waysIn[way](t.Context(), bridge.New(&r, set, nil).Deliver, []byte(event))
			if err == nil || len(r.messages) > 0 {
				t.Errorf("%s by %s: sent %q, %v", event, way, r.messages, err)
			}
		}
	}
}
