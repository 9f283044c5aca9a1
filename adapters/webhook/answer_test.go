package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

// An apiError is an error of a remote API, described only by its behaviour.
type apiError struct {
	class string
	wait  time.Duration
}

func (e *apiError) Error() string { return "the API said " + e.class + ` with "quotes" and <brackets>` }
func (e *apiError) Describe() fault.Fault {
	return fault.Fault{Class: e.class, Actor: fault.ActorRole, Code: "Api.Code/1", RequestID: "REQ-1", RetryAfter: e.wait}
}

// A classError has a class and nothing else.
type classError string

func (e classError) Error() string         { return "it is " + string(e) }
func (e classError) Describe() fault.Fault { return fault.Fault{Class: string(e)} }

func answering(results ...core.Result) core.Deliverer {
	return func(_ context.Context, records []core.Record) []core.Result {
		for i := range results {
			if i < len(records) {
				results[i].Record = records[i]
			}
		}
		return results
	}
}

func sent(msgIDs ...string) core.Result {
	r := core.Result{Outcome: core.Sent}
	for _, id := range msgIDs {
		r.Deliveries = append(r.Deliveries, core.Delivery{Receipt: core.Receipt{MsgID: id}})
	}
	return r
}

func failedWith(err error) core.Result { return core.Result{Outcome: core.Failed, Err: err} }

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		result core.Result
		status int
		after  string // Retry-After
		code   string
		actor  string
	}{
		{"sent", sent("A"), 204, "", "", ""},
		{"sent by two rules", sent("A", "B"), 204, "", "", ""},
		{"duplicate", core.Result{Outcome: core.Duplicate}, 204, "", "", ""},
		{"dropped", core.Result{Outcome: core.Dropped}, 204, "", "", ""},
		{"dead-lettered", core.Result{Outcome: core.DeadLettered}, 204, "", "", ""},

		{"message", core.Result{Outcome: core.Refused, Err: &apiError{class: fault.ClassMessage}}, 422, "", "Api.Code/1", "role"},
		{"refusal", core.Result{Outcome: core.Refused, Err: fault.New(fault.CodeTopicInvalid, fault.ActorYou, "d")}, 422, "", "TopicInvalid", "you"},
		{"throttled", failedWith(&apiError{class: fault.ClassThrottled}), 429, "1", "Api.Code/1", "role"},
		{"throttled, with the wait", failedWith(&apiError{fault.ClassThrottled, 2100 * time.Millisecond}), 429, "3", "Api.Code/1", "role"},
		{"throttled, for less than a second", failedWith(&apiError{fault.ClassThrottled, time.Nanosecond}), 429, "1", "Api.Code/1", "role"},
		{"throttled, for no time", failedWith(&apiError{fault.ClassThrottled, -time.Hour}), 429, "1", "Api.Code/1", "role"},
		{"transient", failedWith(&apiError{class: fault.ClassTransient}), 503, "5", "Api.Code/1", "role"},
		{"transient, with the wait", failedWith(&apiError{fault.ClassTransient, time.Minute}), 503, "60", "Api.Code/1", "role"},
		{"credential", failedWith(&apiError{class: fault.ClassCredential}), 503, "60", "Api.Code/1", "role"},
		{"permission", failedWith(&apiError{class: fault.ClassPermission}), 503, "60", "Api.Code/1", "role"},
		{"clock", failedWith(&apiError{class: fault.ClassClock}), 503, "60", "Api.Code/1", "role"},
		{"unsupported", failedWith(&apiError{class: fault.ClassUnsupported}), 503, "60", "Api.Code/1", "role"},
		{"wrapped", failedWith(fmt.Errorf("rule: %w", &apiError{class: fault.ClassThrottled})), 429, "1", "Api.Code/1", "role"},

		{"no more than a class", failedWith(classError(fault.ClassTransient)), 503, "5", "Transient", "alibaba"},
		{"no more than class message", failedWith(classError(fault.ClassMessage)), 422, "", "Message", "sender"},
		{"an unknown class", failedWith(classError("odd")), 503, "60", "Odd", "you"},
		{"an error without a class", failedWith(errors.New("x")), 503, "5", "Unknown", "you"},
		{"timed out", failedWith(context.DeadlineExceeded), 503, "5", "Transient", "alibaba"},

		{"sent without a message", sent(), 503, "5", "Unknown", "you"},
		{"sent without a MsgId", sent("A", ""), 503, "5", "Unknown", "you"},
		{"sent with an error", core.Result{Outcome: core.Sent, Deliveries: sent("A").Deliveries, Err: classError(fault.ClassThrottled)}, 429, "1", "Throttled", "alibaba"},
		{"dropped with an error", core.Result{Outcome: core.Dropped, Err: classError(fault.ClassMessage)}, 422, "", "Message", "sender"},
		{"sent with one message's error", core.Result{Outcome: core.Sent, Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: "A"}}, {Err: classError(fault.ClassThrottled)}}}, 429, "1", "Throttled", "alibaba"},
		{"refused without an error", core.Result{Outcome: core.Refused}, 503, "5", "Unknown", "you"},
		{"failed without an error", core.Result{Outcome: core.Failed}, 503, "5", "Unknown", "you"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answerTo(newHandler(answering(c.result), webhook.Options{}), newRequest("", binaryHeaders()...))
			if w.Code != c.status || w.Header().Get("Retry-After") != c.after {
				t.Fatalf("status %d, Retry-After %q; want %d and %q\n%s", w.Code, w.Header().Get("Retry-After"), c.status, c.after, w.Body)
			}
			if c.status == 204 {
				if w.Body.Len() > 0 {
					t.Errorf("a body: %s", w.Body)
				}
				return
			}
			p := problemOf(t, w)
			if p.Code != c.code || p.Actor != c.actor {
				t.Errorf("code %q, actor %q; want %q and %q", p.Code, p.Actor, c.code, c.actor)
			}
		})
	}
}

// A sender gets the information that it can use, and on a laptop all of it.
func TestProblem(t *testing.T) {
	for detail, details := range map[string]bool{
		`the bridge cannot send until its operator fixes it: the reason is in its log`: false,
		`the API said clock with \"quotes\" and <brackets>`:                            true,
	} {
		w := answerTo(newHandler(answering(failedWith(&apiError{class: fault.ClassClock})), webhook.Options{Details: details}), newRequest("", binaryHeaders()...))
		want := `{"type":"urn:sendbridge:error:Api.Code%2F1","title":"The bridge is not set up to send","status":503,` +
			`"detail":"` + detail + `","code":"Api.Code/1","class":"clock","actor":"role","requestId":"REQ-1"}` + "\n"
		if diff := cmp.Diff(want, w.Body.String()); diff != "" {
			t.Error(diff)
		}
		problemOf(t, w)
	}
}

// TestProblemOfOddText: an answer is valid JSON, whatever bytes an error quotes.
func TestProblemOfOddText(t *testing.T) {
	for _, text := range []string{"\xff\x00\u2028", strings.Repeat("\xff", 5000), "\"\\</script>"} {
		w := answerTo(newHandler(answering(failedWith(errors.New(text))), webhook.Options{}), newRequest("", binaryHeaders()...))
		problemOf(t, w)
	}
}

func batchRequest(n int) *http.Request {
	events := make([]string, n)
	for i := range events {
		events[i] = fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/s","type":"t"}`, i)
	}
	return newRequest("["+strings.Join(events, ",")+"]", "Content-Type: "+batchType)
}

func TestBatchAnswer(t *testing.T) {
	acknowledged := []string{"sent", "duplicate", "dropped", "dead-lettered"}
	message := core.Result{Outcome: core.Refused, Err: classError(fault.ClassMessage)}
	throttled := failedWith(&apiError{fault.ClassThrottled, 10 * time.Second})
	transient := failedWith(classError(fault.ClassTransient))
	for _, c := range []struct {
		name    string
		results []core.Result
		status  int
		after   string
		class   string
	}{
		{"all sent", []core.Result{sent("A"), sent("B")}, 200, "", ""},
		{"sent and dropped", []core.Result{sent("A"), {Outcome: core.Dropped}, {Outcome: core.Duplicate}}, 200, "", ""},
		{"message", []core.Result{sent("A"), message}, 422, "", "message"},
		{"throttled beats message", []core.Result{message, throttled, sent("A")}, 429, "10", "throttled"},
		{"transient beats throttled", []core.Result{throttled, message, transient}, 503, "5", "transient"},
		{"the first of equals, the longest wait", []core.Result{transient, failedWith(&apiError{class: fault.ClassCredential})}, 503, "60", "transient"},
		{"sent with an error", []core.Result{{Outcome: core.Sent, Deliveries: sent("A").Deliveries, Err: classError(fault.ClassMessage)}}, 422, "", "message"},
		{"a MsgId is missing", []core.Result{sent("A"), sent("")}, 503, "5", "unknown"},
		{"a result is missing", []core.Result{sent("A")}, 503, "5", "unknown"},
		{"no result at all", nil, 503, "5", "unknown"},
		{"more results than records", []core.Result{sent("A"), sent("B"), sent("C")}, 503, "5", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := len(c.results)
			if strings.Contains(c.name, "result") {
				n = 2
			}
			w := answerTo(newHandler(answering(c.results...), webhook.Options{}), batchRequest(n))
			if w.Code != c.status || w.Header().Get("Retry-After") != c.after {
				t.Fatalf("status %d, Retry-After %q; want %d and %q", w.Code, w.Header().Get("Retry-After"), c.status, c.after)
			}
			var events []eventAnswer
			if c.status == 200 {
				if err := json.Unmarshal(w.Body.Bytes(), &events); err != nil || w.Header().Get("Content-Type") != "application/json" {
					t.Fatalf("%v: %s", err, w.Body)
				}
			} else {
				p := problemOf(t, w)
				if p.Class != c.class {
					t.Errorf("class %q, want %q", p.Class, c.class)
				}
				events = p.Events
			}
			if len(events) != n {
				t.Fatalf("%d events in the answer, want %d: %s", len(events), n, w.Body)
			}
			for i, e := range events {
				if e.Index != i || e.ID != fmt.Sprint(i) || e.Source != "/s" || slices.Contains(acknowledged, e.Outcome) != (e.Code == "") {
					t.Errorf("event %d: %+v", i, e)
				}
			}
		})
	}
}

func TestBatchAnswerBody(t *testing.T) {
	w := answerTo(newHandler(answering(sent("A", "B"), core.Result{Outcome: core.Dropped}), webhook.Options{}), batchRequest(2))
	want := `[{"index":0,"id":"0","source":"/s","outcome":"sent","msgIds":["A","B"]},{"index":1,"id":"1","source":"/s","outcome":"dropped"}]` + "\n"
	if diff := cmp.Diff(want, w.Body.String()); diff != "" {
		t.Error(diff)
	}

	half := failedWith(&apiError{class: fault.ClassTransient})
	half.Deliveries = []core.Delivery{{Receipt: core.Receipt{MsgID: "A"}}, {Err: half.Err}}
	w = answerTo(newHandler(answering(sent("X"), half), webhook.Options{Details: true}), batchRequest(2))
	p := problemOf(t, w)
	wantDetail := `1 of 2 events not acknowledged; event 1: the API said transient with "quotes" and <brackets>`
	if p.Detail != wantDetail || p.RequestID != "REQ-1" || p.Code != "Api.Code/1" {
		t.Errorf("%+v", p)
	}
	wantEvents := []eventAnswer{
		{Index: 0, ID: "0", Source: "/s", Outcome: "sent", MsgIDs: []string{"X"}},
		{Index: 1, ID: "1", Source: "/s", Outcome: "failed", MsgIDs: []string{"A"}, Code: "Api.Code/1", Class: "transient",
			RequestID: "REQ-1", Detail: `the API said transient with "quotes" and <brackets>`},
	}
	if diff := cmp.Diff(wantEvents, p.Events); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyBatch(t *testing.T) {
	w := answerTo(newHandler(sendAll, webhook.Options{}), newRequest(" [ ] ", "Content-Type: "+batchType))
	if w.Code != 200 || w.Body.String() != "[]\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// TestInvalidElement: the valid events are sent, and the answer names the invalid one with an error status.
func TestInvalidElement(t *testing.T) {
	body := `[{"specversion":"1.0","id":"1","source":"/s","type":"t"},{"specversion":"1.0","source":"/s","type":"t"}]`
	w := answerTo(newHandler(sendAll, webhook.Options{}), newRequest(body, "Content-Type: "+batchType))
	p := problemOf(t, w)
	if w.Code != 422 || len(p.Events) != 2 || p.Events[0].Outcome != "sent" || len(p.Events[0].MsgIDs) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if e := p.Events[1]; e.Outcome != "refused" || e.Code != fault.CodeInvalidEvent || !strings.Contains(e.Detail, "id is missing") {
		t.Errorf("%+v", e)
	}
}
