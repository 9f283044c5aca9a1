package webhook_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

// Function Compute's custom runtime uses Answer: one event is answered like a single event, several like a batch.
func TestAnswerOfACustomRuntime(t *testing.T) {
	sent := core.Result{Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: "M1"}}}}
	sent.Event = event.New()
	sent.Event.SetID("7")
	sent.Event.SetSource("/s")
	sent.Event.SetType("t")
	later := sent
	later.Outcome, later.Err = core.Failed, &fault.Error{Fault: fault.Fault{Class: fault.ClassThrottled, Code: "LimiterFull", Actor: "you", RetryAfter: 1500 * time.Millisecond}, Text: "AccessKeyId STS.secret"}
	const item = `"index":0,"id":"7","source":"/s","outcome"`
	for name, c := range map[string]struct {
		results            []core.Result
		status             int
		mediaType, waiting string
		body               string
	}{
		"one sent":  {[]core.Result{sent}, 204, "", "", ""},
		"one later": {[]core.Result{later}, 429, "application/problem+json", "2", ""},
		"two sent": {[]core.Result{sent, sent}, 200, "application/json", "",
			`[{` + item + `:"sent","msgIds":["M1"]},{` + item + `:"sent","msgIds":["M1"]}]` + "\n"},
		"one of two later": {[]core.Result{sent, later}, 429, "application/problem+json", "2", ""},
		"none":             {nil, 200, "application/json", "", "[]\n"},
	} {
		w := httptest.NewRecorder()
		webhook.Answer(w, c.results)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.mediaType || w.Header().Get("Retry-After") != c.waiting {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		if c.status == 429 {
			if p := problemOf(t, w); p.Code != "LimiterFull" || p.Class != "throttled" || len(p.Events) != len(c.results)/2*2 {
				t.Errorf("%s: %s", name, w.Body)
			}
		} else if w.Body.String() != c.body {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
}
