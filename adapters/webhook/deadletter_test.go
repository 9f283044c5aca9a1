package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/deadletter"
	"sendbridge/core/rules"
)

// An HTTP sender still has an event that is rejected: the answer says so, and nothing goes to the dead-deadLetter sink.
func TestNothingFromHTTPIsDeadLettered(t *testing.T) {
	rule, err := rules.TopicRule("devices/${$.id}")
	if err != nil {
		t.Fatal(err)
	}
	h := newHandler(bridge.New(&sender{}, rule, &bridge.Options{DeadLetter: func(context.Context, event.Event) error {
		t.Error("dead-lettered")
		return errors.New("not from HTTP")
	}}).Deliver, webhook.Options{})
	for name, r := range map[string]*http.Request{
		"binary":     newRequest("x", binaryHeaders("ce-id:", "ce-id: a/b")...),
		"structured": newRequest(`{"specversion":"1.0","id":"a/b","source":"/s","type":"t"}`, "Content-Type: "+structuredType),
		"batch":      newRequest(`[{"specversion":"1.0","id":"a/b","source":"/s","type":"t"},{}]`, "Content-Type: "+batchType),
		"refused":    newRequest("x", binaryHeaders("ce-id:", "ce-id: fail-message")...),
	} {
		if w := answerTo(h, r); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
}

// A picky sender rejects every message until it is switched off.
type picky struct {
	sent    int
	content bool
}

func (p *picky) SendMessage(context.Context, string, string) (core.Receipt, error) {
	if !p.content {
		return core.Receipt{}, classError("message")
	}
	p.sent++
	return core.Receipt{MsgID: "M"}, nil
}

// A dead deadLetter that is posted to the bridge is delivered, even within the dedup window. Posted twice, it is delivered
// once.
func TestADeadLetterIsPostedBack(t *testing.T) {
	var deadLetter []byte
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { deadLetter, _ = io.ReadAll(r.Body) }))
	defer sink.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	keep, err := deadletter.HTTP(sink.URL, "", transport)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := rules.TopicRule("devices/${$.id}")
	if err != nil {
		t.Fatal(err)
	}
	s := &picky{}
	b := bridge.New(s, rule, &bridge.Options{Dedup: time.Minute, DeadLetter: keep})
	records, err := webhook.Decode(newRequest(whole+`,"data":1}`, "Content-Type: "+structuredType))
	if err != nil {
		t.Fatal(err)
	}
	records[0].SenderWaits = false // as from a queue
	if r := b.Deliver(t.Context(), records)[0]; r.Outcome != core.DeadLettered {
		t.Fatalf("%s: %v", r.Outcome, r.Err)
	}
	s.content = true
	h := newHandler(b.Deliver, webhook.Options{})
	for range 2 {
		if w := answerTo(h, newRequest(string(deadLetter), "Content-Type: "+structuredType)); w.Code != http.StatusNoContent || s.sent != 1 {
			t.Errorf("status %d, %d messages sent: %s", w.Code, s.sent, w.Body)
		}
	}
}
