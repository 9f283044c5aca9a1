package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core/onstest"
	"sendbridge/functions/internal/runtimetest"
)

const busEvent = `{"version":"0","id":"6a7e8feb-0000-4000-8000-000000000001","detail-type":"Door Moved","source":"com.example.doors",
	"account":"100000000001","time":"2026-11-01T12:00:00Z","region":"eu-north-1","resources":[],
	"detail":{"site":%q,"open":true,"n":1.50,"big":12345678901234567890}}`

const busRules = `SENDBRIDGE_RULES=
rules:
  - name: door
    pattern: {data: {open: [true]}}
    topic: site/${$.data.site}/door
    payload: {jsonpath: $.data}
`

// asyncAnswer is the answer to an asynchronous invocation.
const asyncAnswer = `{"received":1,"sent":1}`

// rateless removes the rate limit. The emulator then counts no quota.
const rateless = "SENDBRIDGE_RATE=0"

func TestLambdaAnEventOfEventBridgeReachesADevice(t *testing.T) {
	b := newBench(t)
	f := startLambda(t, b.environ(busRules, rateless))
	f.answers(t, fmt.Sprintf(busEvent, "north"), asyncAnswer)
	topic, payload := b.receive(t)
	if topic != "site/north/door" || payload != `{"site":"north","open":true,"n":1.50,"big":12345678901234567890}` {
		t.Errorf("the device got %s %s", topic, payload)
	}
	f.stop()
	logged(t, f.lines(t), map[string]any{"msg": "event", "outcome": "sent", "source": "com.example.doors", "topic": "site/north/door"})
	logged(t, f.lines(t), map[string]any{"msg": "metrics", "function": "forwarder", "received": 1.0, "sent": 1.0})
	for _, line := range f.lines(t)[1:] {
		if line["invocation"] != "00000000-0000-4000-8000-000000000001" {
			t.Errorf("no invocation in %v", line)
		}
	}
	for _, secret := range []string{onstest.STSKeySecret, onstest.STSToken, "aws-secret-of-the-role", "Signature", "12345678901234567890"} {
		if strings.Contains(f.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// logged fails the test unless a line has all of members.
func logged(t *testing.T, lines []map[string]any, members map[string]any) {
	t.Helper()
	for _, line := range lines {
		same := true
		for name, want := range members {
			same = same && line[name] == want
		}
		if same {
			return
		}
	}
	t.Errorf("no line with %v in %v", members, lines)
}

// sqsBatch returns a batch with the message ids m-0, m-1, … and these bodies.
func sqsBatch(bodies ...string) string {
	type message struct {
		MessageID      string            `json:"messageId"`
		ReceiptHandle  string            `json:"receiptHandle"`
		Body           string            `json:"body"`
		Attributes     map[string]string `json:"attributes"`
		EventSource    string            `json:"eventSource"`
		EventSourceARN string            `json:"eventSourceARN"`
		AWSRegion      string            `json:"awsRegion"`
	}
	var batch struct{ Records []message }
	for i, body := range bodies {
		batch.Records = append(batch.Records, message{fmt.Sprint("m-", i), "handle", body,
			map[string]string{"SentTimestamp": "1793534400000", "ApproximateReceiveCount": "1"},
			"aws:sqs", "arn:aws:sqs:eu-north-1:100000000001:doors", "eu-north-1"})
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(payload)
}

// Of ten messages, two can never be sent and one cannot be sent now. The answer reports these three; the others are
// sent.
func TestLambdaAnswersExactlyTheFailedMessagesOfABatch(t *testing.T) {
	got := make(chan string, 100)
	emulator := onstest.New(&onstest.Options{Quota: &onstest.Quota{}, Publish: func(m onstest.Message) error {
		got <- m.Topic
		return nil
	}})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("MqttTopic") == "site/denied/door" {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"Code":"NoPermission"}`)
			return
		}
		emulator.ServeHTTP(w, r)
	}))
	t.Cleanup(api.Close)
	f := startLambda(t, (&bench{api: api}).environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_TIMEOUT=1m", "SENDBRIDGE_PARTIAL_BATCH=sqs"))
	var bodies []string
	for i := range 10 {
		bodies = append(bodies, door(fmt.Sprint("d-", i), fmt.Sprint("s", i)))
	}
	bodies[2] = door("d-2", "no/such+site")                                                                         // the topic can't be rendered
	bodies[5] = door("d-5", "denied")                                                                               // no permission until the role gets it
	bodies[7] = `{"specversion":"1.0","id":"d-7","source":"/doors","type":"com.example.door","data":{"open":true}}` // no site
	f.answers(t, sqsBatch(bodies...), `{"batchItemFailures":[{"itemIdentifier":"m-2"},{"itemIdentifier":"m-5"},{"itemIdentifier":"m-7"}]}`)
	close(got)
	sites := map[string]int{}
	for topic := range got {
		sites[topic]++
	}
	want := map[string]int{}
	for _, i := range []int{0, 1, 3, 4, 6, 8, 9} {
		want[fmt.Sprintf("site/s%d/door", i)] = 1
	}
	if diff := cmp.Diff(want, sites); diff != "" {
		t.Errorf("the API received (-want +got)\n%s", diff)
	}
	f.stop()
	logged(t, f.lines(t), map[string]any{"msg": "metrics", "received": 10.0, "sent": 7.0, "refused": 2.0, "failed": 1.0})
}

func TestLambdaReportsAnErrorByItsCode(t *testing.T) {
	b := newBench(t)
	f := startLambda(t, b.environ(busRules, rateless))
	if err := b.emulator.Fail(onstest.Fault{Code: "InstancePermissionCheckFailed"}); err != nil {
		t.Fatal(err)
	}
	answer := f.invoke(t, fmt.Sprintf(busEvent, "north"))
	var report struct{ ErrorMessage, ErrorType string }
	if err := json.Unmarshal([]byte(answer.Body), &report); err != nil || !answer.Failed || report.ErrorType != "InstancePermissionCheckFailed" ||
		!strings.Contains(report.ErrorMessage, "InstancePermissionCheckFailed") {
		t.Errorf("%+v, %v", answer, err)
	}
	f.answers(t, fmt.Sprintf(busEvent, "south"), asyncAnswer) // the process continues
	f.stop()
	logged(t, f.lines(t), map[string]any{"msg": "invocation failed", "errorType": "InstancePermissionCheckFailed", "invocation": answer.ID})
}

func httpEvent(token, mediaType, body string) string {
	headers := map[string]string{"content-type": mediaType, "authorization": "Bearer " + token, "host": "u7example.lambda-url.eu-north-1.on.aws"}
	payload, err := json.Marshal(map[string]any{
		"version": "2.0", "rawPath": "/", "rawQueryString": "", "headers": headers, "body": body, "isBase64Encoded": false,
		"requestContext": map[string]any{"domainName": headers["host"], "stage": "$default", "http": map[string]any{"method": "POST", "path": "/", "sourceIp": "192.0.2.7"}},
	})
	if err != nil {
		panic(err) // strings always encode
	}
	return string(payload)
}

func TestLambdaAnswersAnHTTPEventAsARequest(t *testing.T) {
	b := newBench(t)
	f := startLambda(t, b.environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=s3cr3t-bearer"))
	f.answers(t, httpEvent("s3cr3t-bearer", "application/cloudevents+json", door("1", "north")), `{"statusCode":204,"headers":{},"body":"","isBase64Encoded":false}`)
	if topic, payload := b.receive(t); topic != "site/north/door" || payload != `{"at": "1", "by": {"n":7}}` {
		t.Errorf("the device got %s %s", topic, payload)
	}
	for _, c := range []struct {
		payload string
		status  int
	}{
		{httpEvent("another", "application/cloudevents+json", door("2", "north")), http.StatusUnauthorized},
		{httpEvent("s3cr3t-bearer", "text/plain", "hello"), http.StatusUnsupportedMediaType},
		{httpEvent("s3cr3t-bearer", "application/cloudevents+json", door("3", "a/b")), http.StatusUnprocessableEntity},
	} {
		answer := f.invoke(t, c.payload)
		if answer.Failed || !strings.HasPrefix(answer.Body, fmt.Sprintf(`{"statusCode":%d,`, c.status)) {
			t.Errorf("want %d: %+v", c.status, answer)
		}
	}
	if strings.Contains(f.log.String(), "s3cr3t") {
		t.Errorf("the log has the token: %s", f.log.String())
	}
}

// A function URL rejects requests until its owner has set SENDBRIDGE_AUTH.
func TestLambdaHTTPIsClosedUntilItIsOpened(t *testing.T) {
	b := newBench(t)
	f := startLambda(t, b.environ("SENDBRIDGE_RULES="+doorRules, rateless))
	answer := f.invoke(t, httpEvent("", "application/cloudevents+json", door("1", "north")))
	if answer.Failed || !strings.HasPrefix(answer.Body, `{"statusCode":403,`) || b.emulator.Stats().Requests != 0 {
		t.Errorf("%+v", answer)
	}
}

// A frozen process does not notice that its connection was closed. The next message is sent anyway.
func TestLambdaSurvivesAFreeze(t *testing.T) {
	b := newBench(t)
	f := startLambda(t, b.environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_AUTH=none"))
	const fine = `{"statusCode":204,"headers":{},"body":"","isBase64Encoded":false}`
	for i := range 3 {
		f.answers(t, httpEvent("", "application/cloudevents+json", door(fmt.Sprint(i), "north")), fine)
		b.receive(t)
		if err := f.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		b.api.CloseClientConnections()
		if err := f.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
}

// With AWS_LAMBDA_MAX_CONCURRENCY one process serves several invocations at once: the API answers none before it has
// received all four.
func TestLambdaServesSeveralInvocationsAtOnce(t *testing.T) {
	const atOnce = 4
	arrived, release := make(chan bool, atOnce), make(chan bool)
	api := httptest.NewServer(onstest.New(&onstest.Options{Publish: func(onstest.Message) error {
		arrived <- true
		<-release
		return nil
	}}))
	t.Cleanup(api.Close)
	f := startLambda(t, (&bench{api: api}).environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_AUTH=none", fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", atOnce)))
	answers := make(chan runtimetest.Answer, atOnce)
	for i := range atOnce {
		go func() {
			answer, _ := f.api.Invoke(t.Context(), runtimetest.Invocation{Payload: httpEvent("", "application/cloudevents+json", door(fmt.Sprint(i), "north"))})
			answers <- answer
		}()
	}
	for range atOnce {
		select {
		case <-arrived:
		case <-time.After(30 * time.Second):
			t.Fatalf("the invocations run one after another: %s", f.log.String())
		}
	}
	close(release)
	for range atOnce {
		if answer := <-answers; answer.Failed || !strings.Contains(answer.Body, "204") {
			t.Errorf("%+v", answer)
		}
	}
}

func TestLambdaAWrongSettingEndsTheStart(t *testing.T) {
	f := startLambda(t, []string{"SENDBRIDGE_INSTANCE_ID=x", "SENDBRIDGE_REGION=cn-hangzhou", "SENDBRIDGE_TOPIC=a/b"})
	if err := f.cmd.Wait(); err == nil || !strings.Contains(f.log.String(), "SENDBRIDGE_RATE") {
		t.Errorf("%v: %s", err, f.log.String())
	}
}
