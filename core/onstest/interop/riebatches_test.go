package interop

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sendbridge/core/onstest"
)

// records renders a format with number, site and data for each site; an empty site has no topic.
func records(form string, sites ...string) string {
	list := make([]string, len(sites))
	for i, site := range sites {
		data := `{}` // the rule cannot render a topic
		if site != "" {
			data = fmt.Sprintf(`{"site":%q}`, site)
		}
		list[i] = strings.NewReplacer("NUMBER", fmt.Sprint(100+i), "QUOTED", fmt.Sprintf("%q", data), "BASE64", base64.StdEncoding.EncodeToString([]byte(data)), "SITE", site).Replace(form)
	}
	return strings.Join(list, ",")
}

const (
	sqsForm = `{"messageId":"m-NUMBER","receiptHandle":"h","body":QUOTED,"attributes":{"SentTimestamp":"1793534400000","ApproximateReceiveCount":"1"},` +
		`"messageAttributes":{},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-north-1:100000000001:doors","awsRegion":"eu-north-1"}`
	kinesisForm = `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"k","sequenceNumber":"NUMBER","data":"BASE64","approximateArrivalTimestamp":1793534400.1},` +
		`"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000000:NUMBER","eventName":"aws:kinesis:record",` +
		`"awsRegion":"eu-north-1","eventSourceARN":"arn:aws:kinesis:eu-north-1:100000000001:stream/doors"}`
	dynamoForm = `{"eventID":"e-NUMBER","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-north-1",` +
		`"dynamodb":{"ApproximateCreationDateTime":1793534400,"Keys":{"id":{"S":"NUMBER"}},"NewImage":{"site":{"S":"SITE"}},"SequenceNumber":"NUMBER","SizeBytes":26,"StreamViewType":"NEW_IMAGE"},` +
		`"eventSourceARN":"arn:aws:dynamodb:eu-north-1:100000000001:table/doors/stream/2026-11-01T00:00:00.000"}`
	kafkaForm = `{"topic":"doors","partition":3,"offset":NUMBER,"timestamp":1793534400000,"timestampType":"CREATE_TIME","key":"aw==","value":"BASE64","headers":[]}`

	window = `,"window":{"start":"2026-11-01T12:00:00Z","end":"2026-11-01T12:02:00Z"},"shardId":"shardId-000000000000",` +
		`"eventSourceARN":"arn:aws:kinesis:eu-north-1:100000000001:stream/doors","isFinalInvokeForWindow":%t,"isWindowTerminatedEarly":false,"state":{"n":12345678901234567890}`
)

func sqs(sites ...string) string     { return `{"Records":[` + records(sqsForm, sites...) + `]}` }
func kinesis(sites ...string) string { return `{"Records":[` + records(kinesisForm, sites...) + `]}` }
func dynamo(sites ...string) string  { return `{"Records":[` + records(dynamoForm, sites...) + `]}` }

func fifo(sites ...string) string {
	return strings.NewReplacer(`:doors"`, `:doors.fifo"`, `"attributes":{`, `"attributes":{"MessageGroupId":"g","SequenceNumber":"1","MessageDeduplicationId":"d",`).Replace(sqs(sites...))
}

func kafka(sites ...string) string {
	return `{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:eu-north-1:100000000001:cluster/c/u","bootstrapServers":"b-1.example.com:9098",` +
		`"records":{"doors-3":[` + records(kafkaForm, sites...) + `]}}`
}

// windowed returns a batch of a mapping with a tumbling window.
func windowed(payload string, final bool) string {
	return strings.TrimSuffix(payload, "}") + fmt.Sprintf(window, final) + "}"
}

// failures returns the answer that names these failures, each with a number.
func failures(form string, numbers ...int) string {
	list := make([]string, len(numbers))
	for i, n := range numbers {
		list[i] = fmt.Sprintf(`{"itemIdentifier":`+form+`}`, n)
	}
	return `"batchItemFailures":[` + strings.Join(list, ",") + `]}`
}

const (
	state   = `{"state":{"n":12345678901234567890},`
	message = `"m-%d"`
	number  = `"%d"`
	offset  = `{"partition":"doors-3","offset":%d}`
)

// In AWS's own emulator the built function names in its answer exactly the failed messages of each kind of batch, and sends
// the rest.
func TestLambdaAnswersInAWSsEmulator(t *testing.T) {
	f := startLambda(t, lambdaRules)
	for _, c := range []struct {
		name, payload, want, sent string
	}{
		{"SQS", sqs("a", "", "c"), "{" + failures(message, 101), "site/a site/c"},
		{"SQS, all fine", sqs("d", "e"), "{" + failures(message), "site/d site/e"},
		{"FIFO", fifo("f", "", "g"), "{" + failures(message, 101, 102), "site/f"},
		{"Kinesis", kinesis("h", "", "i", ""), "{" + failures(number, 101), "site/h"},
		{"Kinesis with a window", windowed(kinesis("j", ""), false), state + failures(number, 101), "site/j"},
		{"a window's last call", windowed(`{"Records":[]}`, true), state + failures(number), ""},
		{"Kafka", kafka("k", "", "l"), "{" + failures(offset, 101), "site/k"},
	} {
		f.answers(t, c.payload, c.want)
		got := f.sent()
		slices.Sort(got)
		if strings.Join(got, " ") != c.sent {
			t.Errorf("%s: sent %q, want %q", c.name, got, c.sent)
		}
	}
}

func TestLambdaAnswersStreamsOfDynamoDBInAWSsEmulator(t *testing.T) {
	f := startLambda(t, strings.NewReplacer("$.data.site", "$.data.dynamodb.NewImage.site.S").Replace(lambdaRules))
	f.answers(t, dynamo("a", "", "c"), "{"+failures(number, 101))
	f.answers(t, dynamo("d", "e"), "{"+failures(number))
	got := f.sent()
	if slices.Sort(got); !slices.Equal(got, []string{"site/a", "site/c", "site/d", "site/e"}) { // c has another key, so it does not wait
		t.Errorf("sent %q", got)
	}
}

// A throttled message is retried in the same invocation, and sent once.
func TestLambdaIsThrottledInAWSsEmulator(t *testing.T) {
	f := startLambda(t, lambdaRules)
	if err := f.api.Fail(onstest.Fault{Code: "Throttling.User", Times: 2}); err != nil {
		t.Fatal(err)
	}
	f.answers(t, sqs("a", "b"), "{"+failures(message))
	got := f.sent()
	if slices.Sort(got); !slices.Equal(got, []string{"site/a", "site/b"}) {
		t.Errorf("sent %q", got)
	}
}

// Throttling that lasts longer than the invocation fails the batch by name before the time is over, and in the window of a
// stream with its state. Redelivered messages are sent once the API accepts them.
func TestThrottlingOutlastsAnInvocationInAWSsEmulator(t *testing.T) {
	f := startLambda(t, lambdaRules, "AWS_LAMBDA_FUNCTION_TIMEOUT=3")
	if err := f.api.Fail(onstest.Fault{Code: "Throttling.User", Times: 1000}); err != nil {
		t.Fatal(err)
	}
	f.answersInTime(t, sqs("a", "b"), "{"+failures(message, 100, 101))
	f.answersInTime(t, fifo("c", "d"), "{"+failures(message, 100, 101))
	f.answersInTime(t, windowed(kinesis("e", "f"), false), state+failures(number, 100))
	f.answersInTime(t, kafka("g", "h"), "{"+failures(offset, 100))
	if got := f.sent(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
	f.api.ForgetFaults()
	f.answers(t, sqs("a", "b"), "{"+failures(message))
	got := f.sent()
	if slices.Sort(got); !slices.Equal(got, []string{"site/a", "site/b"}) {
		t.Errorf("sent %q", got)
	}
}

// The function answers before its deadline, and names exactly the messages that the API has not answered. Otherwise the
// emulator reports a timeout.
func TestLambdaAnswersBeforeItsTimeIsOverInAWSsEmulator(t *testing.T) {
	f := startLambda(t, lambdaRules, "AWS_LAMBDA_FUNCTION_TIMEOUT=4")
	f.answersInTime(t, sqs("a", "slow", "b"), "{"+failures(message, 101))
	f.answersInTime(t, windowed(kinesis("c", "slow"), false), state+failures(number, 101))
	got := f.sent()
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, []string{"site/a", "site/b", "site/c"}) { // more than once after a timeout
		t.Errorf("sent %q", got)
	}
}
