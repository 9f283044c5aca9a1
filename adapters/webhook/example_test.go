package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

func ExampleNew() {
	deliver := func(_ context.Context, records []core.Record) []core.Result {
		results := make([]core.Result, len(records))
		for i, r := range records {
			fmt.Println("deliver", r.Event.ID())
			results[i] = core.Result{Record: r, Outcome: core.Sent, Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: "5A0F"}}}}
		}
		return results
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader(`{"open":true}`))
	for name, value := range map[string]string{"ce-specversion": "1.0", "ce-id": "7", "ce-source": "/s", "ce-type": "t", "Content-Type": "application/json"} {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	webhook.New(deliver, nil).ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// deliver 7
	// 204
}

// A batch becomes one record per event.
func ExampleDecode() {
	r := httptest.NewRequest("POST", "/", strings.NewReader(`[{"specversion":"1.0","id":"1","source":"/s","type":"t"},{"specversion":"1.0","id":"2","source":"/s","type":"t"}]`))
	r.Header.Set("Content-Type", "application/cloudevents-batch+json")
	records, err := webhook.Decode(r)
	fmt.Println(len(records), records[1].Event.ID(), err)
	// Output: 2 2 <nil>
}
