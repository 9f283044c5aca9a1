package alifc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/adapters/alifc"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// acknowledge settles records like a bridge whose API accepts everything.
func acknowledge(_ context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	for i, r := range records {
		results[i] = core.Result{Record: r, Deliveries: []core.Delivery{{Rule: "r", Receipt: core.Receipt{MsgID: fmt.Sprint(i), Attempts: 1}}}}
		if r.Err != nil {
			results[i] = core.Result{Record: r, Outcome: core.Refused, Err: r.Err}
		}
	}
	return results
}

// transient is an error like that of a throttled API.
type transient struct{}

func (transient) Error() string { return "sendmessage: SystemOverFlow (request R-1)" }
func (transient) Describe() fault.Fault {
	return fault.Fault{Class: fault.ClassThrottled, Code: "SystemOverFlow"}
}

func fail(_ context.Context, records []core.Record) []core.Result {
	results := make([]core.Result, len(records))
	for i, r := range records {
		results[i] = core.Result{Record: r, Outcome: core.Failed, Err: transient{}}
	}
	return results
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	payload, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

var quiet = slog.New(slog.DiscardHandler)

func TestOneOutcomeACall(t *testing.T) {
	payload := sample(t, "oss/delete-objects.json")
	answer, err := alifc.New(acknowledge, nil).Invoke(t.Context(), payload)
	if err != nil || string(answer) != `{"received":2,"sent":2}` {
		t.Errorf("%s, %v", answer, err)
	}
	answer, err = alifc.New(fail, nil).Invoke(t.Context(), payload)
	if answer != nil || err == nil || err.Error() != "2 of 2 events not acknowledged; event 0: sendmessage: SystemOverFlow (request R-1)" || fault.Of(err).Class != fault.ClassThrottled {
		t.Errorf("%s, %v", answer, err)
	}
	if answer, err = alifc.New(fail, nil).Invoke(t.Context(), []byte("[]")); err != nil || string(answer) != `{"received":0}` {
		t.Errorf("nothing to send: %s, %v", answer, err)
	}
}

// A payload that cannot be decoded is delivered as an event that can never be sent, so that a dead-letter sink receives it.
func TestWhatIsNotDecodedIsDelivered(t *testing.T) {
	var got []core.Record
	h := alifc.New(func(ctx context.Context, records []core.Record) []core.Result {
		got = records
		return acknowledge(ctx, records)
	}, &alifc.Options{Log: quiet})
	payload := []byte(`{"secret-key": "secret-value"}`)
	_, err := h.Invoke(t.Context(), payload)
	if len(got) != 1 || string(got[0].Raw) != string(payload) || fault.Of(got[0].Err).Class != fault.ClassMessage || got[0].Ingress != "fc:generic" {
		t.Fatalf("%+v", got)
	}
	for _, want := range []string{"secret-key", "SENDBRIDGE_TRIGGER", "SENDBRIDGE_TYPE", "SENDBRIDGE_SOURCE"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-value") {
			t.Errorf("%v, want %s in it and no value", err, want)
		}
	}
}

func TestSettingsNameWhatIsNotRecognised(t *testing.T) {
	in := core.Invocation{RequestID: "req-1", Function: "acs:fc:cn-hangzhou:1:functions/f"}
	for name, c := range map[string]struct {
		options       alifc.SourceOptions
		payload, want string
		ingress       string
	}{
		"generic": {alifc.SourceOptions{Type: "com.example.reading", Source: "/readings"}, `{"t":21.50}`,
			`{"specversion":"1.0","id":"req-1","source":"/readings","type":"com.example.reading","datacontenttype":"application/json","data":{"t":21.50}}`, "fc:generic"},
		"generic, of the function": {alifc.SourceOptions{Trigger: "generic", Type: "t"}, "text",
			`{"specversion":"1.0","id":"req-1","source":"acs:fc:cn-hangzhou:1:functions/f","type":"t","datacontenttype":"text/plain","data":"text"}`, "fc:generic"},
		"MNS, raw": {alifc.SourceOptions{Trigger: "mns-stream", Source: "/doors"}, "door open",
			`{"specversion":"1.0","id":"req-1","source":"/doors","type":"mns:Topic:PublishMessage","datacontenttype":"text/plain","data":"door open"}`, "fc:mns-stream"},
		"MNS, quoted": {alifc.SourceOptions{Trigger: "mns-stream", Source: "/doors"}, `"{\"open\":true}"`,
			`{"specversion":"1.0","id":"req-1","source":"/doors","type":"mns:Topic:PublishMessage","datacontenttype":"application/json","data":{"open":true}}`, "fc:mns-stream"},
		"a recognised one keeps its source": {alifc.SourceOptions{Trigger: "mns-stream"}, `{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"t"}`,
			`{"specversion":"1.0","id":"req-1","source":"acs:fc:cn-hangzhou:1:functions/f","type":"fc:Timer:Triggered","subject":"t","time":"2026-01-31T12:00:00Z"}`, "fc:timer"},
	} {
		h := alifc.New(func(ctx context.Context, records []core.Record) []core.Result {
			if len(records) != 1 || records[0].Err != nil {
				t.Fatalf("%s: %+v", name, records)
			}
			if got := string(cloudevent.EncodeEvent(records[0].Event)); got != c.want || records[0].Ingress != c.ingress {
				t.Errorf("%s by %s:\n%s, want\n%s", name, records[0].Ingress, got, c.want)
			}
			return acknowledge(ctx, records)
		}, &alifc.Options{Sources: c.options, Invocation: func(context.Context) core.Invocation { return in }})
		if _, err := h.Invoke(t.Context(), []byte(c.payload)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADoctorsQuestionIsNoEvent(t *testing.T) {
	if _, err := alifc.New(acknowledge, &alifc.Options{Log: quiet}).Invoke(t.Context(), []byte(`{"sendbridge":"doctor"}`)); err == nil || !strings.Contains(err.Error(), "doctor") {
		t.Error(err)
	}
}

// invokeHTTP answers a sample of an HTTP trigger with the webhook handler.
func invokeHTTP(t *testing.T, deliver core.Deliverer, payload []byte) (status int, body string, err error) {
	t.Helper()
	h := alifc.New(deliver, &alifc.Options{HTTP: webhook.New(deliver, &webhook.Options{Log: quiet})})
	raw, err := h.Invoke(t.Context(), payload)
	var answer struct {
		StatusCode      int
		Headers         map[string]string
		IsBase64Encoded *bool
		Body            *string
	}
	if err != nil {
		return 0, "", err
	}
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Headers == nil || answer.IsBase64Encoded == nil || answer.Body == nil {
		t.Fatalf("%s lacks a part of the answer's form: %v", raw, err)
	}
	return answer.StatusCode, *answer.Body, nil
}

func TestHTTPTriggers(t *testing.T) {
	for name, want := range map[string]int{"structured": 204, "binary-base64": 204, "no-event": 415} {
		if status, body, err := invokeHTTP(t, acknowledge, sample(t, "http/"+name+".json")); status != want || err != nil {
			t.Errorf("%s: %d %s, %v", name, status, body, err)
		}
	}
	status, body, err := invokeHTTP(t, fail, sample(t, "http/structured.json"))
	if status != http.StatusTooManyRequests || err != nil || !strings.Contains(body, "SystemOverFlow") {
		t.Errorf("%d %s, %v", status, body, err)
	}
}

// The client of an asynchronous request does not wait, so only an error makes Function Compute retry.
func TestAnAsynchronousRequestFailsWithAnError(t *testing.T) {
	async := bytes.Replace(sample(t, "http/structured.json"), []byte(`"headers": {`), []byte(`"headers": {"x-fc-invocation-type": "async",`), 1)
	status, body, err := invokeHTTP(t, fail, async)
	if err == nil || fault.Of(err).Class != fault.ClassThrottled || fault.Of(err).Code != "SystemOverFlow" {
		t.Errorf("%d %s, %v", status, body, err)
	}
	if status, body, err := invokeHTTP(t, acknowledge, async); status != 204 || err != nil {
		t.Errorf("%d %s, %v", status, body, err)
	}
}

func TestWhichStatusFailsAnAsynchronousRequest(t *testing.T) {
	payload := sample(t, "http/structured.json")
	async := bytes.Replace(payload, []byte(`"headers": {`), []byte(`"headers": {"x-fc-invocation-type": "async",`), 1)
	for status, failed := range map[int]bool{204: false, 399: false, 400: true, 503: true} {
		h := alifc.New(acknowledge, &alifc.Options{HTTP: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })})
		if answer, err := h.Invoke(t.Context(), async); (err != nil) != failed || (answer == nil) != failed {
			t.Errorf("%d, asynchronous: %s, %v", status, answer, err)
		}
		if answer, err := h.Invoke(t.Context(), payload); err != nil || !strings.HasPrefix(string(answer), fmt.Sprintf(`{"statusCode":%d,`, status)) {
			t.Errorf("%d: %s, %v", status, answer, err)
		}
	}
}

func TestWithoutAHandlerHTTPIsClosed(t *testing.T) {
	answer, err := alifc.New(acknowledge, nil).Invoke(t.Context(), sample(t, "http/structured.json"))
	if err != nil || !strings.HasPrefix(string(answer), `{"statusCode":403,`) {
		t.Errorf("%s, %v", answer, err)
	}
}

func TestAPIGateway(t *testing.T) {
	for _, c := range []struct {
		sample  string
		deliver core.Deliverer
		want    string
	}{
		{"json", acknowledge, `{"statusCode":204,`},
		{"cloudevent", acknowledge, `{"statusCode":204,`},
		{"json", fail, `{"statusCode":429,`},
	} {
		answer, err := alifc.New(c.deliver, nil).Invoke(t.Context(), sample(t, "apigateway/"+c.sample+".json"))
		if err != nil || !strings.HasPrefix(string(answer), c.want) {
			t.Errorf("%s: %s, %v", c.sample, answer, err)
		}
	}
}

func BenchmarkInvoke(b *testing.B) {
	record := func(i int) string {
		return fmt.Sprintf(`{"id":"k-%d","source":"acs:alikafka","specversion":"1.0","type":"alikafka:Topic:Message","datacontenttype":"application/json","data":{"topic":"t","partition":1,"offset":%d,"value":%q}}`, i, i, strings.Repeat("x", 900))
	}
	var many []string
	for i := range 1000 {
		many = append(many, record(i))
	}
	timer := []byte(`{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"t","payload":"x"}`)
	h := alifc.New(acknowledge, nil)
	for name, payload := range map[string][]byte{"timer": timer, "stream-1MB": []byte("[" + strings.Join(many, ",") + "]")} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Invoke(b.Context(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
