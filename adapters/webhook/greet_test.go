package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// A question that a sender asks before it sends events is answered if its preset supports it, and never becomes an event.
func TestQuestionsOfSenders(t *testing.T) {
	const zoom = `{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}`
	const woo = "Content-Type: application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		method, inlet, query, body string
		headers                    []string
		status                     int
		want                       string
	}{
		"meta":                  {"GET", "verify: meta", "hub.mode=subscribe&hub.challenge=c1&hub.verify_token=t", "", nil, 200, "c1"},
		"meta, another token":   {"GET", "verify: meta", "hub.mode=subscribe&hub.challenge=c1&hub.verify_token=u", "", nil, 405, ""},
		"meta's of another":     {"GET", "verify: github", "hub.mode=subscribe&hub.challenge=c1&hub.verify_token=t", "", nil, 405, ""},
		"trello":                {"HEAD", "verify: trello, url: 'https://a.example/'", "", "", nil, 200, ""},
		"trello's of another":   {"HEAD", "verify: github", "", "", nil, 405, ""},
		"adobe":                 {"GET", "verify: hmac, header: X, type: t, challenge: echo", "challenge=c1", "", nil, 200, "c1"},
		"adobe, too long":       {"GET", "verify: hmac, header: X, type: t, challenge: echo", "challenge=" + strings.Repeat("c", 1025), "", nil, 405, ""},
		"woocommerce's ping":    {"POST", "verify: woocommerce", "", "webhook_id=12", []string{woo}, 200, ""},
		"a ping with more":      {"POST", "verify: woocommerce", "", "webhook_id=12&a=b", []string{woo}, 401, ""},
		"a ping that is signed": {"POST", "verify: woocommerce", "", "webhook_id=12", []string{woo, "X-WC-Webhook-Signature: AAAA"}, 401, ""},
		"a ping of JSON":        {"POST", "verify: woocommerce", "", `{"webhook_id":12}`, nil, 401, ""},
		"a ping of others":      {"POST", "verify: shopify", "", "webhook_id=12", []string{woo}, 401, ""},
		"zoom": {"POST", "verify: zoom", "", zoom, []string{"X-Zm-Request-Timestamp: 1700000000", "X-Zm-Signature: v0=" + hex.EncodeToString(signed("t", "v0:1700000000:"+zoom))}, 200,
			`{"encryptedToken":"` + hex.EncodeToString(signed("t", "qgg8vlvZRS6UYooatFL8Aw")) + `","plainToken":"qgg8vlvZRS6UYooatFL8Aw"}` + "\n"},
		"zoom, unsigned": {"POST", "verify: zoom", "", zoom, nil, 401, ""},
		"twitch": {"POST", "verify: twitch", "", `{"challenge":"c1","subscription":{"id":"1"}}`, []string{"Twitch-Eventsub-Message-Id: i", "Twitch-Eventsub-Message-Timestamp: 1700000000",
			"Twitch-Eventsub-Message-Signature: sha256=" + hex.EncodeToString(signed("t", "i1700000000"+`{"challenge":"c1","subscription":{"id":"1"}}`))}, 200, "c1"},
	} {
		t.Run(name, func(t *testing.T) {
			i := must(inlet.New(specOf(t, "{secretEnv: S, "+c.inlet+"}"), []string{"t"}, &inlet.Options{Now: func() time.Time { return time.Unix(1700000000, 0) }}))
			h := newHandler(func(context.Context, []core.Record) []core.Result {
				t.Error("it became an event")
				return nil
			}, webhook.Options{Inlets: []*inlet.Inlet{i}})
			r := httptest.NewRequest(c.method, "/in/in?"+c.query, strings.NewReader(c.body))
			for _, line := range c.headers {
				name, value, _ := strings.Cut(line, ": ")
				r.Header.Set(name, value)
			}
			w := answerTo(h, r)
			if w.Code != c.status || c.status == 200 && w.Body.String() != c.want {
				t.Errorf("%d %q", w.Code, w.Body)
			}
		})
	}
}

func signed(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
