package awslambda_test

import (
	"context"
	"fmt"

	"sendbridge/adapters/awslambda"
	"sendbridge/core"
)

// A queue whose mapping has ReportBatchItemFailures gets only the failed messages.
func ExampleHandler_Invoke() {
	deliver := func(_ context.Context, records []core.Record) []core.Result {
		results := make([]core.Result, len(records))
		for i, r := range records {
			results[i] = core.Result{Record: r, Outcome: core.Failed, Err: fmt.Errorf("not now")}
		}
		return results
	}
	h := awslambda.New(deliver, &awslambda.Options{PartialBatch: []string{"sqs"}})
	answer, err := h.Invoke(context.Background(), []byte(`{"Records":[{"messageId":"m-1","body":"{\"open\":true}","attributes":{"SentTimestamp":"1769860800000"},
		"messageAttributes":{},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:doors","awsRegion":"us-east-1"}]}`))
	fmt.Printf("%s %v\n", answer, err)
	// Output: {"batchItemFailures":[{"itemIdentifier":"m-1"}]} <nil>
}
