package webhook_test

import (
	"maps"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
)

const anybody = "{verify: none, unverified: anybody-may-post, type: t}"

// needs has the keys that a verifier needs beside verify, unless they are secretEnv and type.
var needs = map[string]string{
	"github": "secretEnv: S", "stripe": "secretEnv: S",
	"hmac":        "secretEnv: S, header: X-Sig, type: t",
	"token":       "secretEnv: S, header: X-Token, type: t",
	"jwt":         "issuer: https://issuer.example, audience: a, email: a@b.example, type: t",
	"pubsub":      "audience: a, email: a@b.example",
	"eventbridge": "secretEnv: S, region: cn-hangzhou, url: https://in.example/in/in, cloudevents: true",
	"sns":         "topicArns: [\"arn:aws:sns:us-east-1:123456789012:alarms\"]",
	"twilio":      "secretEnv: S, url: https://in.example/in/in",
	"trello":      "secretEnv: S, url: https://in.example/in/in",
	"none":        "unverified: anybody-may-post, type: t",
}

// everyInlet returns an inlet for each verifier and sender that a rules file may name, and one for any event.
func everyInlet(tb testing.TB) map[string]*inlet.Inlet {
	tb.Helper()
	names := inlet.Schema()["additionalProperties"].(map[string]any)["properties"].(map[string]any)["verify"].(map[string]any)["enum"].([]string)
	yaml := map[string]string{"any event": "{verify: none, unverified: anybody-may-post, type: t, cloudevents: true, challenge: slack}"}
	for _, name := range names {
		keys, ok := needs[name]
		if !ok {
			keys = "secretEnv: S, type: t"
		}
		yaml[name] = "{verify: " + name + ", " + keys + "}"
	}
	inlets := make(map[string]*inlet.Inlet)
	for name, text := range yaml {
		secret := "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
		if name == "basic" {
			secret = "user:password"
		}
		o := inlet.Options{Transport: unreachable{}, Now: func() time.Time { return time.Unix(1700000000, 0) }}
		inlets[name] = must(inlet.New(specOf(tb, text), []string{secret}, &o))
	}
	return inlets
}

// forged returns the headers of a request that looks signed to each verifier, so that its body is read and compared.
func forged() []string {
	hex, now := strings.Repeat("0a", 32), "1700000000"
	list := []string{"Authorization: Bearer " + hex, "X-Sig: " + hex, "X-Token: " + hex, "Stripe-Signature: t=" + now + ",v1=" + hex,
		"Webhook-Id: 1", "Webhook-Timestamp: " + now, "Svix-Id: 1", "Svix-Timestamp: " + now, "X-Slack-Request-Timestamp: " + now,
		"X-Zm-Request-Timestamp: " + now, "Twitch-Eventsub-Message-Id: 1", "Twitch-Eventsub-Message-Timestamp: 2023-11-14T22:13:20Z",
		"X-Grafana-Alerting-Timestamp: " + now, "X-Eventbridge-Signature-Timestamp: " + now, "X-Amz-Sns-Message-Type: Notification"}
	for _, name := range []string{"X-Hub-Signature-256", "X-Hub-Signature", "Typeform-Signature", "Twitch-Eventsub-Message-Signature"} {
		list = append(list, name+": sha256="+hex)
	}
	for _, name := range []string{"Webhook-Signature", "Svix-Signature"} {
		list = append(list, name+": v1,CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo=")
	}
	for name, prefix := range map[string]string{"X-Slack-Signature": "v0=", "X-Zm-Signature": "v0=", "X-Pagerduty-Signature": "v1=", "X-Gitea-Signature": "",
		"X-Grafana-Alerting-Signature": "", "Sentry-Hook-Signature": "", "Linear-Signature": "", "X-Gitlab-Token": "", "X-Telegram-Bot-Api-Secret-Token": ""} {
		list = append(list, name+": "+prefix+hex)
	}
	for _, name := range []string{"X-Shopify-Hmac-Sha256", "X-Wc-Webhook-Signature", "X-Twilio-Signature", "X-Trello-Webhook"} {
		list = append(list, name+": CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo=")
	}
	return list
}

var deepTypes = []string{"application/json", "", "application/x-ndjson", "application/x-www-form-urlencoded", structuredType, batchType}

// Brackets without end from an unauthenticated sender cost only the reading, whatever signature it pretends to have.
func TestUnauthenticatedDeepBodiesAreNotParsed(t *testing.T) { checkDeepBodies(t, 200_000) }

// checkDeepBodies allows an inlet 45 bytes of memory for each bracket of its twelve requests. Reading them takes about 30, and
// a parser that nests at least 60 for one of them.
func checkDeepBodies(t *testing.T, brackets int) {
	deep := strings.Repeat("[", brackets)
	for name, i := range everyInlet(t) {
		h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, MaxBody: 2 << 20})
		var requests []*http.Request
		for _, mediaType := range deepTypes {
			plain := []string{"Content-Type: " + mediaType}
			requests = append(requests, postTo("/in/in", deep, plain...), postTo("/in/in", deep, append(plain, forged()...)...))
		}
		n := worked(func() {
			for _, r := range requests {
				if code := answerTo(h, r).Code; code < 400 || code > 401 {
					t.Errorf("%s: %v: %d", name, r.Header, code)
				}
			}
		})
		if n > 45*uint64(brackets) {
			t.Errorf("%s: %d requests took %d KB", name, len(requests), n>>10)
		}
	}
	for name, o := range map[string]webhook.Options{"plain": {}, "plain with a token": {Tokens: []string{"secret"}}} {
		o.MaxBody = 2 << 20
		for _, mediaType := range []string{structuredType, batchType} {
			r, code := newRequest(deep, "Content-Type: "+mediaType), 0
			n := worked(func() { code = answerTo(newHandler(sendAll, o), r).Code })
			if n > 20*uint64(brackets) || code != http.StatusBadRequest && code != http.StatusUnauthorized {
				t.Errorf("%s, %q: %d, %d KB", name, mediaType, code, n>>10)
			}
		}
	}
}

// BenchmarkDeepBodies measures a megabyte of brackets from an unauthenticated sender: processor time, and allocated memory,
// which is never more than that at once.
func BenchmarkDeepBodies(b *testing.B) {
	deep := strings.Repeat("[", 1_000_000)
	run := func(name string, h http.Handler, request func() *http.Request) {
		b.Run(name, func(b *testing.B) {
			before, cpu := readUsed(), processorSeconds()
			for b.Loop() {
				answerTo(h, request())
			}
			b.ReportMetric((processorSeconds()-cpu)*1e3/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(readUsed().heap-before.heap)/float64(b.N)/(1<<20), "MB/op")
		})
	}
	headers := append(forged(), "Content-Type: application/json")
	inlets := everyInlet(b)
	for _, name := range slices.Sorted(maps.Keys(inlets)) {
		h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{inlets[name]}, MaxBody: 2 << 20})
		run(name, h, func() *http.Request { return postTo("/in/in", deep, headers...) })
	}
	for _, mediaType := range []string{structuredType, batchType} {
		run("plain "+mediaType, newHandler(sendAll, webhook.Options{MaxBody: 2 << 20}), func() *http.Request { return newRequest(deep, "Content-Type: "+mediaType) })
	}
}

// processorSeconds returns the processor time of the process and its garbage collector. The runtime counts it at each collection.
func processorSeconds() float64 {
	runtime.GC()
	list := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}, {Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(list)
	return list[0].Value.Float64() + list[1].Value.Float64()
}
