package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/awslambda"
	"sendbridge/core"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// kinesisBatch returns records whose keys take turns and whose data is the key's number.
func kinesisBatch(t *testing.T, records, keys int) []byte {
	t.Helper()
	var list []map[string]any
	for i := range records {
		list = append(list, map[string]any{
			"eventSource": "aws:kinesis", "eventSourceARN": "arn:aws:kinesis:eu-north-1:100000000001:stream/readings", "eventVersion": "1.0",
			"eventName": "aws:kinesis:record", "awsRegion": "eu-north-1", "eventID": "shardId-000000000000:" + sequence(i),
			"kinesis": map[string]any{
				"kinesisSchemaVersion": "1.0", "partitionKey": fmt.Sprint("key-", i%keys), "sequenceNumber": sequence(i),
				"data": fmt.Appendf(nil, `{"n":%d}`, i%keys), "approximateArrivalTimestamp": 1793534400.125,
			},
		})
	}
	payload, err := json.Marshal(map[string]any{"Records": list})
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func sequence(i int) string { return fmt.Sprintf("495903382714902566085596925383617%023d", i) }

// kinesisFunction is built like the Lambda main, with an API that takes 20 ms per call.
func kinesisFunction(t *testing.T) (*scene, functions.Invoke) {
	s := newScene(t, onstest.Quota{}, "SENDBRIDGE_RATE=100")
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(20 * time.Millisecond):
			s.emulator.ServeHTTP(w, r)
		case <-r.Context().Done(): // the caller has timed out
		}
	})
	s.answer.Store(&slow)
	h := awslambda.New(s.app.Bridge.Deliver, &awslambda.Options{
		PartialBatch: []string{"kinesis"},
		Invocation: func(context.Context) core.Invocation {
			return core.Invocation{RequestID: "R", Function: "arn:aws:lambda:eu-north-1:100000000001:function:forwarder"}
		},
	})
	return s, functions.Function(h.Invoke, functions.NewInvocationMetrics(s.tally, nil), io.Discard)
}

// 500 records with 20 keys are sent at 100 per second, in order within a key, long before the deadline.
func TestKinesisKeepsItsOrderAndItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const records, keys = 500, 20
		s, invoke := kinesisFunction(t)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		answer, err := invoke(ctx, kinesisBatch(t, records, keys))
		if err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Fatalf("%s, %v", answer, err)
		}
		if took := time.Since(start); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("%d records at 100 a second took %s", records, took)
		}
		arrived := map[string][]string{}
		for _, m := range s.emulator.Messages() {
			arrived[m.Topic] = append(arrived[m.Topic], m.Payload)
		}
		for key := range keys {
			var want []string
			for i := key; i < records; i += keys {
				want = append(want, "shardId-000000000000:"+sequence(i))
			}
			if got := arrived[fmt.Sprint("faults/", key)]; !slices.Equal(got, want) {
				t.Errorf("key %d arrived as %s", key, strings.Join(got, " "))
			}
		}
	})
}

// If the time is too short, the answer arrives in time and names the first record that was not sent.
func TestKinesisAnswersBeforeTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const records = 500
		s, invoke := kinesisFunction(t)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		answer, err := invoke(ctx, kinesisBatch(t, records, 20))
		if err != nil || ctx.Err() != nil {
			t.Fatalf("%s, %v, %v", answer, err, ctx.Err())
		}
		sent := map[string]bool{}
		for _, m := range s.emulator.Messages() {
			sent[m.Payload] = true
		}
		first := 0
		for first < records && sent["shardId-000000000000:"+sequence(first)] {
			first++
		}
		want := fmt.Sprintf(`{"batchItemFailures":[{"itemIdentifier":%q}]}`, sequence(first))
		if string(answer) != want || first == 0 || first == records {
			t.Errorf("%s, want %s", answer, want)
		}
	})
}
