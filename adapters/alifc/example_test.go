package alifc_test

import (
	"context"
	"fmt"

	"sendbridge/adapters/alifc"
	"sendbridge/core"
)

func ExampleHandler_Invoke() {
	deliver := func(_ context.Context, records []core.Record) []core.Result {
		results := make([]core.Result, len(records))
		for i, r := range records {
			fmt.Println(r.Ingress, r.Event.Type(), string(r.Event.Data()))
			results[i] = core.Result{Record: r, Outcome: core.Dropped}
		}
		return results
	}
	answer, err := alifc.New(deliver, nil).Invoke(context.Background(), []byte(`{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"every-minute","payload":"{\"site\":\"north\"}"}`))
	fmt.Printf("%s %v\n", answer, err)
	// Output:
	// fc:timer fc:Timer:Triggered {"site":"north"}
	// {"dropped":1,"received":1} <nil>
}
