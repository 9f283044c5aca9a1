package awslambda_test

import (
	"context"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/adapters/awslambda"
	"sendbridge/core/fault"
)

// A mapping with a tumbling window requires its state in every answer.
func TestWindows(t *testing.T) {
	windowed := func(batch, members string) string {
		return strings.TrimSuffix(batch, "}") + `,"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:02:00Z"},"shardId":"shardId-0","eventSourceARN":"arn:aws:kinesis:x:1:stream/s"` + members + "}"
	}
	const more, last = `,"isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false`, `,"isFinalInvokeForWindow":true,"isWindowTerminatedEarly":false`
	for name, c := range map[string]struct{ payload, want, sent string }{
		"a batch":                  {windowed(kinesisBatch("a@1"), more+`,"state":{"n":12345678901234567890}`), `{"state":{"n":12345678901234567890},"batchItemFailures":[]}`, "a"},
		"the first of a window":    {windowed(kinesisBatch("a@1"), more), `{"state":{},"batchItemFailures":[]}`, "a"},
		"a state that is null":     {windowed(kinesisBatch("a@1"), more+`,"state":null`), `{"state":{},"batchItemFailures":[]}`, "a"},
		"a failure":                {windowed(kinesisBatch("a@1", "later@2"), more+`,"state":{"n":1}`), `{"state":{"n":1},"batchItemFailures":[{"itemIdentifier":"99"}]}`, "a"},
		"the last call":            {windowed(`{"Records":[]}`, last+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, ended early":    {windowed(`{"Records":[]}`, strings.Replace(last, "false", "true", 1)+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, no Records":     {windowed(`{"a":1}`, last+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, of DynamoDB":    {strings.Replace(windowed(`{"Records":[]}`, last+`,"state":{"n":2}`), "kinesis:x:1:stream/s", "dynamodb:x:1:table/t/stream/s", 1), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, with records":   {windowed(kinesisBatch("a@1"), last+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[]}`, "a"},
		"the last, and one fails":  {windowed(kinesisBatch("a@1", "later@2"), last+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[{"itemIdentifier":"99"}]}`, "a"},
		"the last, of AWS's name":  {strings.Replace(windowed(`{"Records":[]}`, last+`,"state":{"n":2}`), "arn:aws:kinesis:x:1:stream/s", "stream-ARN", 1), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, without a name": {`{"Records":[],"window":{"start":"2026-01-31T12:00:00Z","end":"2026-01-31T12:02:00Z"},"state":{"n":2},"shardId":"s","isFinalInvokeForWindow":true}`, `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"not the last, yet empty":  {windowed(`{"Records":[]}`, more+`,"state":{"n":2}`), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"the last, in China":       {strings.Replace(windowed(`{"Records":[]}`, last), "arn:aws:", "arn:aws-cn:", 1), `{"state":{},"batchItemFailures":[]}`, ""},
		"the last, of a cut ARN":   {strings.Replace(windowed(`{"Records":[]}`, last+`,"state":{"n":2}`), "arn:aws:kinesis:x:1:stream/s", "arn:aws", 1), `{"state":{"n":2},"batchItemFailures":[]}`, ""},
		"no window":                {kinesisBatch("a@1"), `{"batchItemFailures":[]}`, "a"},
		"a queue, with its words":  {strings.TrimSuffix(sqsBatch(standard, "a"), "}") + `,"state":{"n":1}}`, `{"batchItemFailures":[]}`, "a"},
	} {
		for _, partial := range [][]string{everyPartial, nil} {
			a := new(api)
			answer, err := handler(t, a, nil, &awslambda.Options{PartialBatch: partial}).Invoke(t.Context(), []byte(c.payload))
			if partial == nil && strings.Contains(c.want, "itemIdentifier") {
				if answer != nil || fault.Of(err).Class != fault.ClassTransient {
					t.Errorf("%s, not listed: %s, %v", name, answer, err)
				}
				continue
			}
			if got := strings.Join(a.payloads, " "); err != nil || string(answer) != c.want || got != c.sent {
				t.Errorf("%s: %s, %v, sent %q\nwant %s, sent %q", name, answer, err, got, c.want, c.sent)
			}
		}
	}
}

// A batch that a filter has emptied contains no events, for every source.
func TestEmptyBatchesAreNothing(t *testing.T) {
	for _, payload := range []string{`{"Records":[]}`, `[]`, `{"eventSource":"aws:kafka","records":{}}`, `{"eventSource":"aws:mq","messages":[]}`, `{"eventSource":"aws:rmq","rmqMessagesByQueue":{}}`, `{"eventSource":"aws:docdb","events":[]}`} {
		a := new(api)
		if _, err := handler(t, a, nil, &awslambda.Options{}).Invoke(t.Context(), []byte(payload)); err != nil || len(a.payloads) > 0 {
			t.Errorf("%s: %v, sent %q", payload, err, a.payloads)
		}
	}
}

// A pointer to a failed batch is never acknowledged like an unmatched event: it fails, or is kept for a person.
func TestPointersToFailedBatchesAreRefused(t *testing.T) {
	const pointer = `{"requestContext":{"requestId":"1","functionArn":"arn:aws:lambda:x:1:function:f","condition":"RetryAttemptsExhausted"},"KinesisBatchInfo":{"shardId":"shardId-0","startSequenceNumber":"98","endSequenceNumber":"99","streamArn":"arn:aws:kinesis:x:1:stream/s"}}`
	for name, payload := range map[string]string{"alone": pointer, "in SQS": sqsBatch(standard, pointer)} {
		kept := 0
		for _, sink := range []func(context.Context, event.Event) error{nil, func(context.Context, event.Event) error { kept++; return nil }} {
			a := new(api)
			_, err := handler(t, a, sink, &awslambda.Options{}).Invoke(t.Context(), []byte(payload))
			if len(a.payloads) > 0 || (err == nil) != (sink != nil) {
				t.Errorf("%s: %v, sent %q", name, err, a.payloads)
			}
			if err != nil && (fault.Of(err).Class != fault.ClassMessage || !strings.Contains(err.Error(), "KinesisBatchInfo")) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if kept != 1 {
			t.Errorf("%s: %d kept", name, kept)
		}
	}
}
