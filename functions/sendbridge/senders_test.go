package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const senderRules = `
inlets:
  slack: {verify: slack, secretEnv: SENDER_SECRET}
  gitlab: {verify: gitlab, secretEnv: SENDER_SECRET}
  gitea: {verify: gitea, secretEnv: SENDER_SECRET}
  grafana: {verify: grafana, secretEnv: SENDER_SECRET}
  pagerduty: {verify: pagerduty, secretEnv: SENDER_SECRET}
  shopify: {verify: shopify, secretEnv: SENDER_SECRET}
  sentry: {verify: sentry, secretEnv: SENDER_SECRET}
  svix: {verify: svix, secretEnv: SVIX_SECRET}
  typeform: {verify: typeform, secretEnv: SENDER_SECRET}
  twitch: {verify: twitch, secretEnv: SENDER_SECRET}
  zoom: {verify: zoom, secretEnv: SENDER_SECRET}
  trello: {verify: trello, secretEnv: SENDER_SECRET, url: "https://a.example/in/trello"}
  telegram: {verify: telegram, secretEnv: SENDER_SECRET}
  grid: {verify: eventgrid, secretEnv: SENDER_SECRET}
  emqx: {verify: bearer, secretEnv: SENDER_SECRET, type: com.example.emqx, unwrap: $.payload}
rules:
  - {topic: "hook/${+$.type}", payload: original}
`

// A sending is what a sender posts, with the headers that authenticate it.
type sending struct {
	inlet, body, topic string
	headers            func(now, body string) []string
}

func mac(h func() hash.Hash, text string) []byte {
	m := hmac.New(h, []byte("k"))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hex256(text string) string    { return fmt.Sprintf("%x", mac(sha256.New, text)) }
func base64256(text string) string { return base64.StdEncoding.EncodeToString(mac(sha256.New, text)) }

var sendings = []sending{
	{"slack", `{"type":"event_callback","event":{"type":"app_mention"}}`, "hook/com.slack.app_mention", func(now, body string) []string {
		return []string{"X-Slack-Request-Timestamp", now, "X-Slack-Signature", "v0=" + hex256("v0:"+now+":"+body)}
	}},
	{"gitlab", `{"object_kind":"push"}`, "hook/com.gitlab.push", func(_, _ string) []string { return []string{"X-Gitlab-Token", "k"} }},
	{"gitea", `{"ref":"r"}`, "hook/com.gitea.push", func(_, body string) []string {
		return []string{"X-Gitea-Event", "push", "X-Gitea-Signature", hex256(body)}
	}},
	{"grafana", `{"status":"firing"}`, "hook/com.grafana.alert.firing", func(now, body string) []string {
		return []string{"X-Grafana-Alerting-Timestamp", now, "X-Grafana-Alerting-Signature", hex256(now + ":" + body)}
	}},
	{"pagerduty", `{"event":{"id":"e","event_type":"incident.triggered"}}`, "hook/com.pagerduty.incident.triggered", func(_, body string) []string {
		return []string{"X-PagerDuty-Signature", "v1=00,v1=" + hex256(body)}
	}},
	{"shopify", `{"id":7}`, "hook/com.shopify.orders/create", func(_, body string) []string {
		return []string{"X-Shopify-Topic", "orders/create", "X-Shopify-Shop-Domain", "a.myshopify.com", "X-Shopify-Hmac-Sha256", base64256(body)}
	}},
	{"sentry", `{"action":"created"}`, "hook/io.sentry.issue.created", func(_, body string) []string {
		return []string{"Sentry-Hook-Resource", "issue", "Sentry-Hook-Signature", hex256(body)}
	}},
	{"svix", `{"type":"user.created"}`, "hook/com.svix.user.created", func(now, body string) []string {
		return []string{"svix-id", "m", "svix-timestamp", now, "svix-signature", "v1," + base64256("m."+now+"."+body)}
	}},
	{"typeform", `{"event_id":"e","event_type":"form_response"}`, "hook/com.typeform.form_response", func(_, body string) []string {
		return []string{"Typeform-Signature", "sha256=" + base64256(body)}
	}},
	{"twitch", `{"subscription":{"type":"stream.online"},"event":{}}`, "hook/tv.twitch.stream.online", func(now, body string) []string {
		return []string{"Twitch-Eventsub-Message-Id", "m", "Twitch-Eventsub-Message-Timestamp", now, "Twitch-Eventsub-Message-Signature", "sha256=" + hex256("m"+now+body)}
	}},
	{"zoom", `{"event":"meeting.started"}`, "hook/us.zoom.meeting.started", func(now, body string) []string {
		return []string{"x-zm-request-timestamp", now, "x-zm-signature", "v0=" + hex256("v0:"+now+":"+body)}
	}},
	{"trello", `{"action":{"id":"a","type":"updateCard"}}`, "hook/com.trello.updateCard", func(_, body string) []string {
		return []string{"X-Trello-Webhook", base64.StdEncoding.EncodeToString(mac(sha1.New, body+"https://a.example/in/trello"))}
	}},
	{"telegram", `{"update_id":5}`, "hook/org.telegram.update", func(_, _ string) []string { return []string{"X-Telegram-Bot-Api-Secret-Token", "k"} }},
	{"grid", `[{"id":"1","eventType":"Blob","subject":"s","topic":"/t","eventTime":"2026-01-31T12:00:00Z","data":{}}]`, "hook/Blob", func(_, _ string) []string {
		return []string{"Authorization", "Bearer k", "aeg-event-type", "Notification"}
	}},
	{"emqx", `{"topic":"t/1","payload":"{\"t\":21}"}`, "hook/com.example.emqx", func(_, _ string) []string { return []string{"Authorization", "Bearer k"} }},
}

// A request of each sender reaches a device. A request with another body, another secret or an old time does not.
func TestSendersReachADevice(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ("SENDER_SECRET=k", "SVIX_SECRET=whsec_"+base64.StdEncoding.EncodeToString([]byte("k")), "SENDBRIDGE_RULES="+senderRules, "SENDBRIDGE_AUTH=none"))
	p.discard()
	now, old := fmt.Sprint(time.Now().Unix()), fmt.Sprint(time.Now().Add(-time.Hour).Unix())
	for _, d := range sendings {
		url, headers := p.url+"in/"+d.inlet, d.headers(now, d.body)
		if stale := d.headers(old, d.body); fmt.Sprint(stale) != fmt.Sprint(headers) {
			if status, _ := post(t, url, "application/json", d.body, stale...); status != http.StatusUnauthorized {
				t.Errorf("%s, old: %d", d.inlet, status)
			}
		}
		other := append([]string(nil), headers...)
		for i := 1; i < len(other); i += 2 {
			other[i] = strings.NewReplacer("a", "b", "b", "c", "k", "j", "1", "2", "2", "3").Replace(other[i])
		}
		if status, _ := post(t, url, "application/json", d.body, other...); status != http.StatusUnauthorized {
			t.Errorf("%s, altered: %d", d.inlet, status)
		}
		if status, body := post(t, url, "application/json", d.body, headers...); status != http.StatusNoContent && status != http.StatusOK {
			t.Fatalf("%s: %d %s\n%s", d.inlet, status, body, p.all.String())
		}
		if topic, _ := b.receive(t); topic != d.topic {
			t.Errorf("%s: %s, want %s", d.inlet, topic, d.topic)
		}
	}
}

// render shows the request of each sender without its secret.
func TestRenderShowsSenders(t *testing.T) {
	for _, d := range sendings {
		dir := write(t, map[string]string{"rules.yaml": senderRules, "body.json": d.body})
		arguments := []string{"render", "--rules", filepath.Join(dir, "rules.yaml"), "--as", "http", "--inlet", d.inlet}
		headers := d.headers("1700000000", d.body)
		for i := 0; i < len(headers); i += 2 {
			arguments = append(arguments, "--header", headers[i]+": "+headers[i+1])
		}
		code, out, errors := command(t, "", nil, append(arguments, filepath.Join(dir, "body.json"))...)
		if code != 0 || !strings.Contains(out, "topic    "+d.topic+"\n") {
			t.Errorf("%s: %d %s%s", d.inlet, code, out, errors)
		}
	}
	dir := write(t, map[string]string{"rules.yaml": senderRules, "body.json": "{}"})
	if code, _, errors := command(t, "", nil, "render", "--rules", filepath.Join(dir, "rules.yaml"), "--inlet", "gone", filepath.Join(dir, "body.json")); code == 0 || !strings.Contains(errors, "no such inlet") {
		t.Errorf("an inlet that is not there: %d %s", code, errors)
	}
}
