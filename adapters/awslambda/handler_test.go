package awslambda_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/adapters/awslambda"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// An api is a Sender whose answers depend on the payload: "poison…" is rejected, "later…" may succeed another time.
type api struct {
	mu       sync.Mutex
	payloads []string
	latency  time.Duration
}

type apiError struct{ class, code string }

func (e apiError) Error() string         { return "sendmessage: " + e.code }
func (e apiError) Describe() fault.Fault { return fault.Fault{Class: e.class, Code: e.code} }

func (a *api) SendMessage(ctx context.Context, _, payload string) (core.Receipt, error) {
	if a.latency > 0 {
		select {
		case <-time.After(a.latency):
		case <-ctx.Done():
			return core.Receipt{}, ctx.Err()
		}
	}
	switch {
	case strings.HasPrefix(payload, "poison"):
		return core.Receipt{}, apiError{fault.ClassMessage, "ParameterCheckFailed"}
	case strings.HasPrefix(payload, "later"):
		return core.Receipt{}, apiError{fault.ClassTransient, "InternalError"}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.payloads = append(a.payloads, payload)
	return core.Receipt{MsgID: fmt.Sprint(len(a.payloads)), Attempts: 1}, nil
}

const set = `rules: [{topic: all/events, payload: {jsonpath: $.data}}]`

// handler returns a handler with a bridge whose rule sends the data unchanged.
func handler(t testing.TB, a *api, sink core.DeadLetterFunc, o *awslambda.Options) *awslambda.Handler {
	t.Helper()
	list, err := rules.Parse("rules.yaml", []byte(set))
	if err != nil {
		t.Fatal(err)
	}
	o.Log = slog.New(slog.DiscardHandler)
	return awslambda.New(bridge.New(a, list, &bridge.Options{DeadLetter: sink, Dedup: time.Minute}).Deliver, o)
}

var everyPartial = []string{"sqs", "kinesis", "dynamodb", "kafka"}

func sqsBatch(arn string, messages ...string) string {
	list := make([]string, len(messages))
	for i, m := range messages {
		body, group, _ := strings.Cut(m, "@")
		list[i] = fmt.Sprintf(`{"messageId":"m-%d","body":%q,"attributes":{"MessageGroupId":%q},"eventSource":"aws:sqs","eventSourceARN":%q}`, i, body, group, arn)
	}
	return `{"Records":[` + strings.Join(list, ",") + `]}`
}

func kinesisBatch(records ...string) string {
	list := make([]string, len(records))
	for i, r := range records {
		data, key, _ := strings.Cut(r, "@")
		list[i] = fmt.Sprintf(`{"kinesis":{"partitionKey":%q,"data":%q,"sequenceNumber":"%d"},"eventID":"shardId-0:%[3]d","eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:x:1:stream/s"}`,
			key, base64.StdEncoding.EncodeToString([]byte(data)), 98+i)
	}
	return `{"Records":[` + strings.Join(list, ",") + `]}`
}

const (
	standard = "arn:aws:sqs:x:1:q"
	fifo     = "arn:aws:sqs:x:1:q.fifo"
)

func TestPartialBatches(t *testing.T) {
	kafka := `{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:x:1:cluster/c","records":{"orders-3":[` +
		`{"topic":"orders","partition":3,"offset":117,"value":"b2s="},{"topic":"orders","partition":3,"offset":118,"value":"bGF0ZXI="},{"topic":"orders","partition":3,"offset":119,"value":"b2s="}],` +
		`"orders-1":[{"topic":"orders","partition":1,"offset":9007199254740993,"value":"bGF0ZXI="}],"orders-2":[{"topic":"orders","partition":2,"offset":1,"value":"b2s="}]}}`
	dynamo := `{"Records":[{"eventID":"e1","eventName":"INSERT","dynamodb":{"Keys":{"a":1},"SequenceNumber":"9"},"eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:x:1:table/t"},` +
		`{"eventID":"","eventName":"INSERT","dynamodb":{"Keys":{"a":2},"SequenceNumber":"10"},"eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:x:1:table/t"},` +
		`{"eventID":"","eventName":"INSERT","dynamodb":{"Keys":{"a":3},"SequenceNumber":"11"},"eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:x:1:table/t"}]}`
	for name, c := range map[string]struct{ payload, want string }{
		"all sent":                    {sqsBatch(standard, "a", "b"), `{"batchItemFailures":[]}`},
		"exactly the failed":          {sqsBatch(standard, "a", "later", "poison", "b"), `{"batchItemFailures":[{"itemIdentifier":"m-1"},{"itemIdentifier":"m-2"}]}`},
		"FIFO, of its group alone":    {sqsBatch(fifo, "a@1", "later@1", "b@2", "c@1", "d@2"), `{"batchItemFailures":[{"itemIdentifier":"m-1"},{"itemIdentifier":"m-3"}]}`},
		"groups of a standard queue":  {sqsBatch(standard, "later@1", "c@1"), `{"batchItemFailures":[{"itemIdentifier":"m-0"}]}`},
		"a message of several events": {sqsBatch(standard, `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","responseElements":{"x-amz-request-id":"1"}},{"eventSource":"aws:s3","eventName":"\u0001"}]}`, "b"), `{"batchItemFailures":[{"itemIdentifier":"m-0"}]}`},
		"Kinesis, the lowest":         {kinesisBatch("a@1", "later@2", "b@1", "later@3", "c@2"), `{"batchItemFailures":[{"itemIdentifier":"99"}]}`},
		"DynamoDB, the lowest":        {dynamo, `{"batchItemFailures":[{"itemIdentifier":"10"}]}`},
		"Kafka, the first of each":    {kafka, `{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-1","offset":9007199254740993}},{"itemIdentifier":{"partition":"orders-3","offset":118}}]}`},
		"Pipes of SQS":                {strings.TrimSuffix(strings.TrimPrefix(sqsBatch(standard, "a", "later"), `{"Records":`), "}"), `{"batchItemFailures":[{"itemIdentifier":"m-1"}]}`},
		"Pipes of Kinesis":            {`[{"partitionKey":"k","sequenceNumber":"5","data":"bGF0ZXI=","eventID":"shardId-0:5","eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:x:1:stream/s"}]`, `{"batchItemFailures":[{"itemIdentifier":"shardId-0:5"}]}`},
	} {
		answer, err := handler(t, new(api), nil, &awslambda.Options{PartialBatch: everyPartial}).Invoke(t.Context(), []byte(c.payload))
		if err != nil || string(answer) != c.want {
			t.Errorf("%s: %s, %v\nwant %s", name, answer, err, c.want)
		}
	}
}

// A mapping without ReportBatchItemFailures treats a list of failures as a success, and they would be lost.
func TestABatchOfAnUnlistedSourceFailsAsAWhole(t *testing.T) {
	for name, payload := range map[string]string{
		"sqs":         sqsBatch(standard, "a", "later"),
		"kinesis":     kinesisBatch("a@1", "later@1"),
		"rabbitmq":    `{"eventSource":"aws:rmq","rmqMessagesByQueue":{"q::/":[{"basicProperties":{},"data":"bGF0ZXI="}]},"eventSourceArn":"arn:x"}`,
		"eventbridge": `{"id":"1","detail-type":"t","source":"s","detail":"later"}`,
	} {
		answer, err := handler(t, new(api), nil, &awslambda.Options{PartialBatch: []string{"dynamodb"}}).Invoke(t.Context(), []byte(payload))
		if answer != nil || fault.Of(err).Class != fault.ClassTransient || !strings.Contains(err.Error(), "InternalError") {
			t.Errorf("%s: %s, %v", name, answer, err)
		}
	}
	// A message without an id cannot be listed.
	nameless := strings.Replace(sqsBatch(standard, "later"), `"messageId":"m-0",`, "", 1)
	if answer, err := handler(t, new(api), nil, &awslambda.Options{PartialBatch: everyPartial}).Invoke(t.Context(), []byte(nameless)); err == nil {
		t.Errorf("%s", answer)
	}
}

func TestDeadLetteredMessagesAreDone(t *testing.T) {
	var kept atomic.Int32
	sink := func(context.Context, event.Event) error { kept.Add(1); return nil }
	answer, err := handler(t, new(api), sink, &awslambda.Options{PartialBatch: everyPartial}).Invoke(t.Context(), []byte(sqsBatch(standard, "poison", "later", `{"specversion":"0.3","id":"1","source":"/s","type":"t"}`)))
	if err != nil || string(answer) != `{"batchItemFailures":[{"itemIdentifier":"m-1"}]}` || kept.Load() != 2 {
		t.Errorf("%s, %v, %d kept", answer, err, kept.Load())
	}
}

// functions.Function ends the context half a second before the runtime's deadline. Messages that were not sent by then have
// failed and are named.
func TestTheDeadlineNamesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var messages []string
		for i := range 1000 {
			messages = append(messages, fmt.Sprint("n-", i))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		a := &api{latency: time.Second}
		start := time.Now()
		answer, err := handler(t, a, nil, &awslambda.Options{PartialBatch: everyPartial}).Invoke(ctx, []byte(sqsBatch(standard, messages...)))
		if took := time.Since(start); err != nil || took > 2500*time.Millisecond {
			t.Errorf("it took %s: %v", took, err)
		}
		if failed := bytes.Count(answer, []byte("itemIdentifier")); failed != 1000-len(a.payloads) || len(a.payloads) != 64 {
			t.Errorf("%d sent, %d named", len(a.payloads), failed)
		}
	})
}

// aws-lambda-go reuses the buffer of a payload after the answer.
func TestNothingOfAPayloadIsKept(t *testing.T) {
	var deadLetters []string
	var events []event.Event
	sink := func(_ context.Context, e event.Event) error {
		deadLetters, events = append(deadLetters, string(cloudevent.EncodeEvent(e))), append(events, e)
		return nil
	}
	a := new(api)
	h := handler(t, a, sink, &awslambda.Options{PartialBatch: everyPartial})
	for _, text := range []string{sqsBatch(standard, "hello", "poison-1"), kinesisBatch("data@key", "poison-2@k"), `{"made":"up"}`} {
		payload := []byte(text)
		if _, err := h.Invoke(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
		for i := range payload {
			payload[i] = 'X'
		}
	}
	for i := range events {
		if now := string(cloudevent.EncodeEvent(events[i])); now != deadLetters[i] {
			t.Errorf("a dead letter was %s, and is %s", deadLetters[i], now)
		}
	}
	if got := strings.Join(a.payloads, " "); got != "hello data" || len(events) != 3 {
		t.Errorf("%s, %d dead letters", got, len(events))
	}
	// Dedup keeps a copy of what it remembers.
	answer, err := h.Invoke(t.Context(), []byte(sqsBatch(standard, "hello")))
	if err != nil || len(a.payloads) != 2 {
		t.Errorf("%s, %v: sent again", answer, err)
	}
}

func TestKinesisKeepsTheOrderWithinKeys(t *testing.T) {
	var records []string
	for i := range 500 {
		records = append(records, fmt.Sprintf("%02d-%03d@key-%d", i%20, i, i%20))
	}
	a := &api{}
	if _, err := handler(t, a, nil, &awslambda.Options{PartialBatch: everyPartial}).Invoke(t.Context(), []byte(kinesisBatch(records...))); err != nil {
		t.Fatal(err)
	}
	last := map[string]string{}
	for _, p := range a.payloads {
		key, n, _ := strings.Cut(p, "-")
		if n <= last[key] {
			t.Fatalf("key %s: %s after %s", key, n, last[key])
		}
		last[key] = n
	}
	if len(a.payloads) != 500 || len(last) != 20 {
		t.Errorf("%d records of %d keys", len(a.payloads), len(last))
	}
}

// Settings describe payloads without an envelope. The id is the invocation's, which Lambda's own retry keeps.
func TestEnvelopelessPayloads(t *testing.T) {
	var got []core.Record
	deliver := func(_ context.Context, records []core.Record) []core.Result {
		got = records
		return []core.Result{{Record: records[0], Outcome: core.Dropped}}
	}
	in := core.Invocation{RequestID: "req-1", Function: "arn:aws:lambda:x:1:function:f"}
	for source, want := range map[string]string{
		"":          `{"specversion":"1.0","id":"req-1","source":"arn:aws:lambda:x:1:function:f","type":"com.example.reading","datacontenttype":"application/json","data":{"t":21.50}}`,
		"/readings": `{"specversion":"1.0","id":"req-1","source":"/readings","type":"com.example.reading","datacontenttype":"application/json","data":{"t":21.50}}`,
	} {
		h := awslambda.New(deliver, &awslambda.Options{Sources: awslambda.SourceOptions{Type: "com.example.reading", Source: source},
			Invocation: func(context.Context) core.Invocation { return in }})
		if _, err := h.Invoke(t.Context(), []byte(`{"t":21.50}`)); err != nil {
			t.Fatal(err)
		}
		if text := string(cloudevent.EncodeEvent(got[0].Event)); text != want || got[0].DerivedID {
			t.Errorf("%s, want %s", text, want)
		}
	}
}

func TestErrorsNameNoValue(t *testing.T) {
	_, err := handler(t, new(api), nil, &awslambda.Options{}).Invoke(t.Context(), []byte(`{"key-name":"secret-value"}`))
	for _, want := range []string{"key-name", "SENDBRIDGE_TRIGGER", "SENDBRIDGE_TYPE", "SENDBRIDGE_SOURCE"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-value") {
			t.Errorf("%v, want %s and no value", err, want)
		}
	}
	if fault.Of(err).Code != fault.CodeNoSource {
		t.Errorf("%T", err)
	}
}

// drop settles records like a bridge without a matching rule.
func drop(_ context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	for i := range results {
		results[i].Outcome = core.Dropped
	}
	return results
}

func BenchmarkInvoke(b *testing.B) {
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			b.Fatal(err)
		}
		return raw
	}
	var many []string
	for range 1000 {
		many = append(many, strings.Repeat("x", 900)+"@k")
	}
	none := awslambda.New(drop, nil)
	for name, payload := range map[string][]byte{"eventbridge": read("eventbridge/rule.json"), "alarm": read("alarm/action.json"), "kinesis-1MB": []byte(kinesisBatch(many...))} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := none.Invoke(b.Context(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
