package functions_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"sendbridge/core"
)

// No adapter acknowledges an event whose messages have no MsgId, whatever the bridge returns.
func TestNoAdapterAcknowledgesWithoutAMsgID(t *testing.T) {
	event, err := os.ReadFile("testdata/corpus/plain.json")
	if err != nil {
		t.Fatal(err)
	}
	sent := core.Delivery{Receipt: core.Receipt{MsgID: "M"}}
	for name, c := range map[string]struct {
		results      []core.Result // for a single record
		acknowledged bool
	}{
		"a MsgId":                     {[]core.Result{{Deliveries: []core.Delivery{sent}}}, true},
		"dropped":                     {[]core.Result{{Outcome: core.Dropped}}, true},
		"no result":                   {nil, false},
		"a result too many":           {[]core.Result{{Deliveries: []core.Delivery{sent}}, {Deliveries: []core.Delivery{sent}}}, false},
		"no message":                  {[]core.Result{{Outcome: core.Sent}}, false},
		"a message without a MsgId":   {[]core.Result{{Deliveries: []core.Delivery{sent, {}}}}, false},
		"a message that failed":       {[]core.Result{{Deliveries: []core.Delivery{{Err: errors.New("x")}}}}, false},
		"an error beside the outcome": {[]core.Result{{Deliveries: []core.Delivery{sent}, Err: errors.New("x")}}, false},
		"failed without an error":     {[]core.Result{{Outcome: core.Failed}}, false},
	} {
		for way, deliver := range waysIn {
			says := func(_ context.Context, records []core.Record) []core.Result {
				results := append([]core.Result(nil), c.results...)
				for i := range results {
					results[i].Record = records[0]
				}
				return results
			}
			if err := deliver(t.Context(), says, event); (err == nil) != c.acknowledged {
				t.Errorf("%s by %s: %v", name, way, err)
			}
		}
	}
}
