package webhook_test

import (
	"encoding/hex"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/bridge"
	"sendbridge/core/rules"
)

// If a signature covers no header, dedup uses the body. A captured request that is sent again with another id or event kind
// is not sent twice.
func TestABodyThatIsSentAgainWithOtherHeaders(t *testing.T) {
	const body = `{"ref":"r"}`
	signed256 := "X-Hub-Signature-256: sha256=" + hex.EncodeToString(signed("k", body))
	for name, c := range map[string]struct {
		inlet         string
		first, second []string
		want          int
	}{
		"github":                    {"verify: github", []string{signed256, "X-GitHub-Event: push", "X-GitHub-Delivery: a"}, []string{signed256, "X-GitHub-Event: ping", "X-GitHub-Delivery: b"}, 1},
		"alertmanager has no ids":   {"verify: alertmanager, type: t", []string{"Authorization: Bearer k"}, []string{"Authorization: Bearer k"}, 1},
		"an id that the file chose": {"verify: github, id: {header: X-GitHub-Delivery}", []string{signed256, "X-GitHub-Event: push", "X-GitHub-Delivery: a"}, []string{signed256, "X-GitHub-Event: push", "X-GitHub-Delivery: b"}, 2},
		"ids of a bearer":           {"verify: bearer, type: t, id: {header: X-Id}", []string{"Authorization: Bearer k", "X-Id: a"}, []string{"Authorization: Bearer k", "X-Id: b"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := &sender{}
			i := must(inlet.New(specOf(t, "{secretEnv: S, "+c.inlet+"}"), []string{"k"}, nil))
			h := newHandler(bridge.New(s, must(rules.TopicRule("devices/x")), &bridge.Options{Dedup: time.Minute}).Deliver, webhook.Options{Inlets: []*inlet.Inlet{i}})
			for _, headers := range [][]string{c.first, c.second} {
				if w := answerTo(h, postTo("/in/in", body, headers...)); w.Code != 204 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			if len(s.topics) != c.want {
				t.Errorf("%d messages, want %d", len(s.topics), c.want)
			}
		})
	}
}
