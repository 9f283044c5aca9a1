package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
	"sendbridge/core/send/sendtest"
)

// Alertmanager gives up after any 4xx. 5000 alerts at 200 messages per second are answered 503 with the progress, until
// after some retries all are sent, each once.
func TestAStormOfAlertsIsSentOverRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, sent := stormHandler(t)
		body := `{"alerts":[` + strings.TrimSuffix(strings.Repeat(`{"status":"firing"},`, 5000), ",") + `]}`
		before := 0
		for attempt := 1; attempt <= 5; attempt++ {
			w := answerTo(h, postTo("/in/in", body, "Authorization: Bearer k", "Content-Type: application/json"))
			if w.Code == 204 {
				if attempt == 1 {
					t.Error("all in the first attempt: the rate did not hold")
				}
				for topic, n := range sent {
					if n != 1 {
						t.Errorf("%s: %d times", topic, n)
					}
				}
				if len(sent) != 5000 {
					t.Errorf("%d messages", len(sent))
				}
				return
			}
			want := fmt.Sprintf(`"detail":"%d of 5000 messages sent, a retry sends the rest: `, len(sent))
			if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), want) || len(sent) <= before {
				t.Fatalf("attempt %d: %d %v %s; want %s", attempt, w.Code, w.Header(), w.Body, want)
			}
			before = len(sent)
		}
		t.Errorf("not finished: %d messages", len(sent))
	})
}

// A batch's answer says how far each event got, and lists only as many MsgIds as fit.
func TestABatchSaysWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, sent := stormHandler(t)
		body := `[` + whole + `,"data":{"alerts":[` + strings.TrimSuffix(strings.Repeat(`{},`, 3000), ",") + `]}}]`
		w := answerTo(h, newRequest(body, "Content-Type: "+batchType))
		want := fmt.Sprintf("1 of 1 events not acknowledged; event 0: %d of 3000 messages sent, a retry sends the rest", len(sent))
		if w.Code != 503 || !strings.Contains(w.Body.String(), want) || len(sent) <= 1000 || strings.Count(w.Body.String(), `"M"`) != 1000 {
			t.Errorf("%d messages: %d %.300s; want %s", len(sent), w.Code, w.Body, want)
		}
	})
}

// stormHandler returns a handler with nine seconds per request that sends 200 messages per second, and the counts by topic.
func stormHandler(t *testing.T) (http.Handler, map[string]int) {
	t.Helper()
	sent := make(map[string]int)
	s := sendtest.SenderFunc(func(ctx context.Context, topic, _ string) (core.Receipt, error) {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return core.Receipt{}, ctx.Err()
		}
		sent[topic]++ // no lock needed: the bridge's concurrency is 1
		return core.Receipt{MsgID: "M", Attempts: 1}, nil
	})
	list := must(rules.Parse("test", []byte("rules: [{each: $.data.alerts, topic: 'a/${@index}', payload: {constant: x}}]")))
	b := bridge.New(s, list, &bridge.Options{Concurrency: 1, Dedup: 5 * time.Minute})
	i := must(inlet.New(specOf(t, "{secretEnv: S, verify: alertmanager, type: t}"), []string{"k"}, nil))
	return newHandler(b.Deliver, webhook.Options{Inlets: []*inlet.Inlet{i}, Timeout: 9 * time.Second}), sent
}
