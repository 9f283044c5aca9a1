package inlet_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook/inlet"
)

// A sending is a request as the sender's documentation describes it. The test signs it without the table.
type sending struct {
	inlet   string
	secret  string // "k" if empty
	body    string
	headers []string
	query   string
	now     int64 // its time; 0 if no time is signed
	want    string
}

const sentAt = 1700000000

func hex256(secret, text string) string { return hex.EncodeToString(sum256(secret, text)) }
func b64of(sum []byte) string           { return base64.StdEncoding.EncodeToString(sum) }

func sum1(secret, text string) []byte {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

const form = "Content-Type: application/x-www-form-urlencoded"

// slackBody is the vector of Slack's documentation.
const slackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"

func sendings() map[string]sending {
	const twilio = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
	const linear, zoomBody = `{"action":"create","type":"Issue","data":{"id":"i1"},"createdAt":"2023-11-14T22:13:20Z","url":"https://linear.app/i/1","webhookTimestamp":1700000000123}`, `{"event":"meeting.started","event_ts":1700000000000,"payload":{"object":{"id":"42"}}}`
	const twitch, grafana = `{"subscription":{"id":"s1","type":"stream.online"},"event":{"id":"1"}}`, `{"status":"firing","groupKey":"g","externalURL":"https://grafana.example/"}`
	const pd = `{"event":{"id":"e1","event_type":"incident.triggered","occurred_at":"2023-11-14T22:13:20Z","data":{"id":"P1","html_url":"https://acme.pagerduty.com/incidents/P1"}}}`
	const trello = `{"action":{"id":"a1","type":"updateCard","date":"2023-11-14T22:13:20.5Z"},"model":{"id":"m1","url":"https://trello.com/b/1"}}`
	const event = `{"id":"evt_1","object":"event","type":"a.b","created":1700000000}`
	svixKey := "c2VjcmV0IG9mIHN2aXg="
	return map[string]sending{
		"github": {inlet: "verify: github", body: `{"ref":"r"}`, headers: []string{"X-GitHub-Event: push", "X-GitHub-Delivery: d", "X-Hub-Signature-256: sha256=" + hex256("k", `{"ref":"r"}`)},
			want: "d source=/in/in type=com.github.push subject=r"},
		"stripe, rotating": {inlet: "verify: stripe", secret: "whsec_k", body: event, now: sentAt, headers: []string{"Stripe-Signature: t=1700000000,v1=" + hex256("old", "1700000000."+event) + ",v1=" + hex256("whsec_k", "1700000000."+event)},
			want: "evt_1 source=/in/in type=com.stripe.a.b time=2023-11-14T22:13:20Z"},
		"standard": {inlet: "verify: standard, type: t", secret: "whsec_" + svixKey, body: `{}`, now: sentAt, headers: []string{"webhook-id: m1", "webhook-timestamp: 1700000000", "webhook-signature: v1," + b64of(sum256("secret of svix", "m1.1700000000.{}"))},
			want: "m1 source=/in/in type=t"},
		"supabase": {inlet: "verify: standard, type: t", secret: "v1,whsec_" + svixKey, body: `{}`, now: sentAt, headers: []string{"webhook-id: m1", "webhook-timestamp: 1700000000", "webhook-signature: v1," + b64of(sum256("secret of svix", "m1.1700000000.{}"))},
			want: "m1 source=/in/in type=t"},
		"svix": {inlet: "verify: svix", secret: "whsec_" + svixKey, body: `{"type":"user.created"}`, now: sentAt, headers: []string{"svix-id: m1", "svix-timestamp: 1700000000", "svix-signature: v1,AAAA v1," + b64of(sum256("secret of svix", `m1.1700000000.{"type":"user.created"}`))},
			want: "m1 source=/in/in type=com.svix.user.created"},
		"slack's vector": {inlet: "verify: slack", secret: "8f742231b10e8888abcd99yyyzzz85a5", body: slackBody, now: 1531420618, headers: []string{form, "X-Slack-Request-Timestamp: 1531420618", "X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
			want: "derived source=/in/in type=com.slack.command subject=G8PSS9T3V"},
		"slack, as hmac": {inlet: `verify: hmac, header: X-Slack-Signature, prefix: 'v0=', signed: 'v0:${header.X-Slack-Request-Timestamp}:${body}', tolerance: 5m, type: t`, secret: "8f742231b10e8888abcd99yyyzzz85a5", body: slackBody, now: 1531420618,
			headers: []string{form, "X-Slack-Request-Timestamp: 1531420618", "X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"}, want: "derived source=/in/in type=t"},
		"gitlab": {inlet: "verify: gitlab", body: `{"object_kind":"push","ref":"refs/heads/main","project":{"web_url":"https://gitlab.example/a/b"}}`, headers: []string{"X-Gitlab-Event: Push Hook", "X-Gitlab-Token: k", "Idempotency-Key: u1"},
			want: "u1 source=https://gitlab.example/a/b type=com.gitlab.push subject=refs/heads/main"},
		"gitea": {inlet: "verify: gitea", body: `{"ref":"r"}`, headers: []string{"X-Gitea-Event: push", "X-Gitea-Delivery: d", "X-Gitea-Signature: " + hex256("k", `{"ref":"r"}`)},
			want: "d source=/in/in type=com.gitea.push subject=r"},
		"bitbucket": {inlet: "verify: bitbucket", body: `{"repository":{"links":{"html":{"href":"https://bitbucket.org/a/b"}}}}`, headers: []string{"X-Event-Key: repo:push", "X-Request-UUID: d", "X-Hub-Signature: sha256=" + hex256("k", `{"repository":{"links":{"html":{"href":"https://bitbucket.org/a/b"}}}}`)},
			want: "d source=https://bitbucket.org/a/b type=org.bitbucket.repo:push"},
		"grafana": {inlet: "verify: grafana", body: grafana, headers: []string{"X-Grafana-Alerting-Signature: " + hex256("k", grafana)},
			want: "derived source=https://grafana.example/ type=com.grafana.alert.firing subject=g"},
		"grafana, with a time": {inlet: "verify: grafana", body: grafana, now: sentAt, headers: []string{"X-Grafana-Alerting-Timestamp: 1700000000", "X-Grafana-Alerting-Signature: " + hex256("k", "1700000000:"+grafana)},
			want: "derived source=https://grafana.example/ type=com.grafana.alert.firing subject=g"},
		"alertmanager": {inlet: "verify: alertmanager", body: grafana, headers: []string{"Authorization: Bearer k"}, want: "derived source=https://grafana.example/ type=io.prometheus.alert.firing subject=g"},
		"pagerduty": {inlet: "verify: pagerduty", body: pd, headers: []string{"X-PagerDuty-Signature: v1=" + hex256("other", pd) + ",v1=" + hex256("k", pd)},
			want: "e1 source=https://acme.pagerduty.com/incidents/P1 type=com.pagerduty.incident.triggered subject=P1 time=2023-11-14T22:13:20Z"},
		"shopify": {inlet: "verify: shopify", body: `{"id":7}`, headers: []string{"X-Shopify-Topic: orders/create", "X-Shopify-Shop-Domain: a.myshopify.com", "X-Shopify-Event-Id: e1", "X-Shopify-Triggered-At: 2023-11-14T22:13:20Z", "X-Shopify-Hmac-Sha256: " + b64of(sum256("k", `{"id":7}`))},
			want: "e1 source=https://a.myshopify.com type=com.shopify.orders/create subject=7 time=2023-11-14T22:13:20Z"},
		"woocommerce": {inlet: "verify: woocommerce", body: `{"id":7}`, headers: []string{"X-WC-Webhook-Topic: order.created", "X-WC-Webhook-Source: https://shop.example/", "X-WC-Webhook-Delivery-ID: e1", "X-WC-Webhook-Signature: " + b64of(sum256("k", `{"id":7}`))},
			want: "e1 source=https://shop.example/ type=com.woocommerce.order.created subject=7"},
		"sentry": {inlet: "verify: sentry", body: `{"action":"created","data":{"issue":{"id":"9"}}}`, headers: []string{"Sentry-Hook-Resource: issue", "Request-ID: e1", "Sentry-Hook-Signature: " + hex256("k", `{"action":"created","data":{"issue":{"id":"9"}}}`)},
			want: "e1 source=/in/in type=io.sentry.issue.created subject=9"},
		"linear": {inlet: "verify: linear", body: linear, now: sentAt, headers: []string{"Linear-Delivery: e1", "Linear-Signature: " + hex256("k", linear)},
			want: "e1 source=https://linear.app/i/1 type=app.linear.Issue.create subject=i1 time=2023-11-14T22:13:20Z"},
		"typeform": {inlet: "verify: typeform", body: `{"event_id":"e1","event_type":"form_response","form_response":{"form_id":"f"}}`, headers: []string{"Typeform-Signature: sha256=" + b64of(sum256("k", `{"event_id":"e1","event_type":"form_response","form_response":{"form_id":"f"}}`))},
			want: "e1 source=/in/in type=com.typeform.form_response subject=f"},
		"twitch": {inlet: "verify: twitch", body: twitch, now: sentAt, headers: []string{"Twitch-Eventsub-Message-Id: e1", "Twitch-Eventsub-Message-Timestamp: 2023-11-14T22:13:20.634234626Z",
			"Twitch-Eventsub-Message-Signature: sha256=" + hex256("k", "e12023-11-14T22:13:20.634234626Z"+twitch)}, want: "e1 source=/in/in type=tv.twitch.stream.online subject=s1 time=2023-11-14T22:13:20.634234626Z"},
		"zoom": {inlet: "verify: zoom", body: zoomBody, now: sentAt, headers: []string{"x-zm-request-timestamp: 1700000000", "x-zm-signature: v0=" + hex256("k", "v0:1700000000:"+zoomBody)},
			want: "derived source=/in/in type=us.zoom.meeting.started subject=42 time=2023-11-14T22:13:20Z"},
		"twilio's vector": {inlet: "verify: twilio, url: 'https://mycompany.com/myapp.php?foo=1&bar=2'", secret: "12345", body: twilio, query: "foo=1&bar=2", headers: []string{form, "X-Twilio-Signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=", "I-Twilio-Idempotency-Token: e1"},
			want: "e1 source=/in/in type=com.twilio.event subject=CA1234567890ABCDE"},
		"telegram": {inlet: "verify: telegram", body: `{"update_id":5,"message":{"date":1700000000,"chat":{"id":3}}}`, headers: []string{"X-Telegram-Bot-Api-Secret-Token: k"},
			want: "5 source=/in/in type=org.telegram.update subject=3 time=2023-11-14T22:13:20Z"},
		"meta": {inlet: "verify: meta", body: `{"object":"page","entry":[{"id":"p"}]}`, headers: []string{"X-Hub-Signature-256: sha256=" + hex256("k", `{"object":"page","entry":[{"id":"p"}]}`)},
			want: "derived source=/in/in type=com.meta.page subject=p"},
		"trello": {inlet: "verify: trello, url: 'https://a.example/in/in'", body: trello, headers: []string{"X-Trello-Webhook: " + b64of(sum1("k", trello+"https://a.example/in/in"))},
			want: "a1 source=https://trello.com/b/1 type=com.trello.updateCard subject=m1 time=2023-11-14T22:13:20.5Z"},
	}
}

func (s sending) open(t *testing.T, secret string, later time.Duration) *inlet.Inlet {
	t.Helper()
	if secret == "" {
		secret = "k"
	}
	spec := specOf(t, "{secretEnv: S, "+s.inlet+"}")
	secrets, err := spec.Secrets(map[string]string{"S": secret})
	if err != nil {
		t.Fatal(err)
	}
	i, err := inlet.New(spec, secrets, &inlet.Options{Now: at(s.now + int64(later/time.Second))})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (s sending) request(body string) request {
	r := post(body, s.headers...)
	r.URL.RawQuery = s.query
	return r
}

// A sender's request is accepted and becomes its event. It is rejected with one bit changed, with another secret, without
// its signature, or late.
func TestSenders(t *testing.T) {
	for name, s := range sendings() {
		t.Run(name, func(t *testing.T) {
			i := s.open(t, s.secret, 0)
			if asked, err := enter(i, s.request(s.body)); err != nil || asked {
				t.Fatalf("asked %v, %v", asked, err)
			}
			r := s.request(s.body)
			record := i.Spec().Event(r.Header, r.Header.Get("Content-Type"), []byte(s.body))
			if record.Err != nil {
				t.Fatal(record.Err)
			}
			if diff := cmp.Diff(attributesIn(s.want+" datacontenttype=application/json"), attributesOf(t, record)); diff != "" {
				t.Error(diff)
			}
			refused := func(what string, i *inlet.Inlet, r request) {
				t.Helper()
				if _, err := enter(i, r); !isUnproven(err) {
					t.Errorf("%s: %v", what, err)
				}
			}
			refused("another's secret", s.open(t, anotherSecret(s.secret), 0), s.request(s.body))
			unsigned := s.request(s.body)
			for name := range unsigned.Header {
				if strings.Contains(name, "Sign") || strings.Contains(name, "Hmac") || strings.Contains(name, "Token") || name == "Authorization" || name == "X-Trello-Webhook" {
					unsigned.Header.Del(name)
				}
			}
			refused("not signed", i, unsigned)
			if s.now > 0 {
				refused("late", s.open(t, s.secret, 11*time.Minute), s.request(s.body))
				refused("early", s.open(t, s.secret, -11*time.Minute), s.request(s.body))
			}
			if !i.AuthenticatesByHead() {
				for _, other := range flipped(s.body) {
					refused(fmt.Sprintf("%q", other), i, s.request(other))
				}
			}
		})
	}
}

func anotherSecret(secret string) string {
	if strings.Contains(secret, "whsec_") && len(secret) > 10 {
		return "whsec_AAAA"
	}
	return "another"
}

// Each row of presets has a sending.
func TestEachPresetHasASending(t *testing.T) {
	tried := map[string]bool{"pubsub": true, "eventgrid": true} // these have their own tests
	for _, s := range sendings() {
		name, _, _ := strings.Cut(strings.TrimPrefix(s.inlet, "verify: "), ",")
		tried[name] = true
	}
	for _, name := range inlet.PresetNames() {
		if !tried[name] {
			t.Errorf("%s is not tried", name)
		}
	}
}

// A signed text cannot be split differently into headers and body.
func TestWhatIsSignedCannotBeSplitAnew(t *testing.T) {
	key := "whsec_" + base64.StdEncoding.EncodeToString([]byte("k"))
	i := open(t, "{verify: standard, secretEnv: S, type: t}", []string{key}, inlet.Options{Now: at(sentAt)})
	signature := "webhook-signature: v1," + b64of(sum256("k", "m.1600000000.a.1700000000.b"))
	for what, headers := range map[string][]string{
		"the id as it was":   {"webhook-id: m", "webhook-timestamp: 1600000000"},
		"an id with its end": {"webhook-id: m.1600000000.a", "webhook-timestamp: 1700000000"},
	} {
		body := "a.1700000000.b"
		if strings.Contains(headers[0], ".") {
			body = "b"
		}
		if _, err := enter(i, post(body, append(headers, signature)...)); !isUnproven(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	grafana := open(t, "{verify: grafana, secretEnv: S}", []string{"k"}, inlet.Options{Now: at(sentAt)})
	if _, err := enter(grafana, post("1600000000:{}", "X-Grafana-Alerting-Signature: "+hex256("k", "1600000000:{}"))); !isUnproven(err) {
		t.Errorf("a time and a body as a body: %v", err)
	}
	twilio := open(t, "{verify: twilio, secretEnv: S, url: 'https://a.example/'}", []string{"k"}, inlet.Options{})
	sum := sha256.Sum256([]byte(`{"a":1}`))
	r := post(`{"a":1}`, "X-Twilio-Signature: "+b64of(sum1("k", "https://a.example/?bodySHA256="+hex.EncodeToString(sum[:]))))
	r.URL.RawQuery = "bodySHA256=" + hex.EncodeToString(sum[:])
	if _, err := enter(twilio, r); err != nil {
		t.Errorf("JSON of Twilio: %v", err)
	}
	r.body = `{"a":2}`
	if _, err := enter(twilio, r); !isUnproven(err) {
		t.Errorf("another body with the address's hash: %v", err)
	}
}
