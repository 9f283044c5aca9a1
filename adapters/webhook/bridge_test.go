package webhook_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// A sender records its messages, and fails on topics that end in a class of error.
type sender struct {
	mu     sync.Mutex
	topics []string
}

func (s *sender) SendMessage(_ context.Context, topic, _ string) (core.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.topics = append(s.topics, topic)
	if class, ok := strings.CutPrefix(topic, "devices/fail-"); ok {
		return core.Receipt{}, classError(class)
	}
	return core.Receipt{MsgID: "M"}, nil
}

// TestWithBridge: events of all three modes reach the sender of a real bridge, and the outcomes reach the caller.
func TestWithBridge(t *testing.T) {
	rule, err := rules.TopicRule("devices/${$.id}")
	if err != nil {
		t.Fatal(err)
	}
	event := func(id string) string { return strings.Replace(whole, `"7"`, `"`+id+`"`, 1) + `}` }
	for _, c := range []struct {
		name    string
		headers []string
		body    string
		status  int
		topics  string
	}{
		{"binary", binaryHeaders("Content-Type: application/json"), `{"a":1}`, 204, "devices/7"},
		{"structured", []string{"Content-Type: " + structuredType}, whole + `}`, 204, "devices/7"},
		{"batch", []string{"Content-Type: " + batchType}, `[` + event("a") + `]`, 200, "devices/a"},
		{"data that is not JSON", binaryHeaders("Content-Type: application/json"), `{`, 400, ""},
		{"an id that would add a level", binaryHeaders("ce-id:", "ce-id: a/b"), "x", 422, ""},
		{"throttled", binaryHeaders("ce-id:", "ce-id: fail-throttled"), "x", 429, "devices/fail-throttled"},
		{"credential", binaryHeaders("ce-id:", "ce-id: fail-credential"), "x", 503, "devices/fail-credential"},
		{"invalid element", []string{"Content-Type: " + batchType}, `[{},` + event("a") + `]`, 422, "devices/a"},
		{"malformed batch", []string{"Content-Type: " + batchType}, `[` + event("a") + `,`, 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &sender{}
			b := bridge.New(s, rule, nil)
			w := answerTo(newHandler(b.Deliver, webhook.Options{}), newRequest(c.body, c.headers...))
			if got := strings.Join(s.topics, " "); w.Code != c.status || got != c.topics {
				t.Errorf("status %d, topics %q; want %d and %q: %s", w.Code, got, c.status, c.topics, w.Body)
			}
			if w.Code >= 300 {
				problemOf(t, w)
			}
		})
	}
}
