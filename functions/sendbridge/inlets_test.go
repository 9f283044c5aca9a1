package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sendbridge/internal/loopback/loopbacktest"
)

const inletRules = `
inlets:
  github: {verify: github, secretEnv: GITHUB_SECRET}
  stripe: {verify: stripe, secretEnv: STRIPE_SECRET}
  alerts: {verify: bearer, secretEnv: ALERTS_TOKEN, type: com.example.alertmanager, subject: "${$.groupKey}"}
  azure: {verify: bearer, secretEnv: AZURE_TOKEN, cloudevents: true, challenge: eventgrid, origins: [eventgrid.azure.net]}
  bus:
    verify: eventbridge
    secretEnv: BUS_TOKEN
    url: https://bridge.example/in/bus
    region: cn-hangzhou
    cloudevents: true
rules:
  - name: push
    pattern: {sendbridgeingress: ["http:/in/github"], type: [com.github.push]}
    topic: code/${$.data.repository.name}
    payload: {template: '{"ref": "${$.subject}"}'}
  - name: charge
    pattern: {sendbridgeingress: ["http:/in/stripe"]}
    topic: paid/${$.type}
    payload: {template: '${$.data.data.object.amount}'}
  - name: alert
    pattern: {sendbridgeingress: ["http:/in/alerts"]}
    each: $.data.alerts
    topic: "alert/${@.labels.site}"
    payload: {template: '${@.status}'}
  - name: blob
    pattern: {sendbridgeingress: ["http:/in/azure"], source: [{prefix: /subscriptions/}]}
    topic: blob/${$.id}
    payload: {template: '${$.type}'}
  - name: object
    pattern: {sendbridgeingress: ["http:/in/bus"], source: [acs.oss]}
    topic: object/put
    payload: {template: '${$.data.key}'}
`

var inletSecrets = []string{"GITHUB_SECRET=old,gh", "STRIPE_SECRET=whsec_x", "ALERTS_TOKEN=al", "AZURE_TOKEN=az", "BUS_TOKEN=bus"}

const (
	pushBody   = `{"ref":"refs/heads/main","repository":{"name":"pump","url":"https://api.github.com/repos/o/pump"}}`
	alertsBody = `{"groupKey":"{}:{}","status":"firing","alerts":[{"status":"firing","labels":{"site":"n"}},{"status":"resolved","labels":{"site":"s"}},{"status":"firing","labels":{"site":"w"}}]}`
	chargeBody = `{"id":"evt_1","object":"event","type":"charge.succeeded","created":1700000000,"data":{"object":{"amount":700}}}`
	azureBody  = `[{"specversion":"1.0","id":"b1","source":"/subscriptions/1","type":"Microsoft.Storage.BlobCreated"},{"specversion":"1.0","id":"b2","source":"/subscriptions/1","type":"Microsoft.Storage.BlobDeleted"}]`
	busBody    = `{"specversion":"1.0","id":"o1","source":"acs.oss","type":"oss:ObjectCreated:PutObject","data":{"key":"a.bin"}}`
)

func hexHMAC(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// messages returns the next n messages that the device receives, in any order.
func (b *bench) messages(t *testing.T, n int) map[string]string {
	t.Helper()
	got := map[string]string{}
	for range n {
		topic, payload := b.receive(t)
		got[topic] = payload
	}
	return got
}

func TestWebhooksReachADevice(t *testing.T) {
	b := newBench(t)
	bus := newBus(t)
	p := startHTTP(t, b.environ(append(inletSecrets, "SENDBRIDGE_RULES="+inletRules, "SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=root",
		"HTTPS_PROXY="+bus.proxy, "SSL_CERT_FILE="+bus.roots)...))
	p.discard()
	now := fmt.Sprint(time.Now().Unix())
	for _, c := range []struct {
		name, path, mediaType, body string
		headers                     []string
		status                      int
		want                        map[string]string
	}{
		{"github", "in/github", "application/json", pushBody, []string{"X-GitHub-Event", "push", "X-GitHub-Delivery", "d1", "X-Hub-Signature-256", "sha256=" + hexHMAC("gh", pushBody)},
			204, map[string]string{"code/pump": `{"ref": "refs/heads/main"}`}},
		{"alertmanager", "in/alerts", "application/json", alertsBody, []string{"Authorization", "Bearer al"}, 204, map[string]string{"alert/n": "firing", "alert/s": "resolved", "alert/w": "firing"}},
		{"stripe", "in/stripe", "application/json; charset=utf-8", chargeBody, []string{"Stripe-Signature", "t=" + now + ",v1=" + hexHMAC("whsec_x", now+"."+chargeBody)},
			204, map[string]string{"paid/com.stripe.charge.succeeded": "700"}},
		{"event grid", "in/azure?access_token=az", "application/cloudevents-batch+json", azureBody, []string{"WebHook-Request-Origin", "eventgrid.azure.net"},
			200, map[string]string{"blob/b1": "Microsoft.Storage.BlobCreated", "blob/b2": "Microsoft.Storage.BlobDeleted"}},
		{"eventbridge", "in/bus", "application/json", busBody, bus.sign("https://bridge.example/in/bus", "bus", busBody), 204, map[string]string{"object/put": "a.bin"}},
	} {
		if status, body := post(t, p.url+c.path, c.mediaType, c.body, c.headers...); status != c.status {
			t.Fatalf("%s: %d %s\n%s", c.name, status, body, p.all.String())
		}
		for topic, payload := range b.messages(t, len(c.want)) {
			if c.want[topic] != payload {
				t.Errorf("%s: %s %s", c.name, topic, payload)
			}
		}
	}
	forge(t, b, p)
}

// forge posts events that claim to come from OSS, to other inlets. The rules name the ingress, so they are dropped.
func forge(t *testing.T, b *bench, p *process) {
	t.Helper()
	for path, headers := range map[string][]string{
		"in/azure": {"Authorization", "Bearer az", "WebHook-Request-Origin", "eventgrid.azure.net"},
		"":         {"Authorization", "Bearer root"},
	} {
		forged := strings.Replace(busBody, `"id":"o1"`, `"sendbridgeingress":"http:/in/bus","id":"forged"`, 1)
		if status, body := post(t, p.url+path, "application/cloudevents+json", forged, headers...); status != http.StatusNoContent {
			t.Fatalf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := post(t, p.url+"in/bus", "application/cloudevents+json", busBody, "Authorization", "Bearer az"); status != http.StatusUnauthorized {
		t.Errorf("another inlet's secret: %d", status)
	}
	post(t, p.url+"in/alerts", "application/json", `{"alerts":[{"status":"last","labels":{"site":"end"}}]}`, "Authorization", "Bearer al")
	if topic, payload := b.receive(t); topic != "alert/end" {
		t.Errorf("the forged event became %s %s", topic, payload)
	}
}

func TestEventGridShakesHands(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ(append(inletSecrets, "SENDBRIDGE_RULES="+inletRules, "SENDBRIDGE_RATE=100")...))
	p.discard()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, p.url+"in/azure", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("WebHook-Request-Origin", "eventgrid.azure.net")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if h := answer.Header; answer.StatusCode != http.StatusOK || h.Get("WebHook-Allowed-Origin") != "eventgrid.azure.net" || h.Get("WebHook-Allowed-Rate") != "6000" {
		t.Errorf("%d %v", answer.StatusCode, h)
	}
	status, body := post(t, p.url+"in/azure?access_token=az", "application/json",
		`[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"512d38b6"}}]`, "WebHook-Request-Origin", "eventgrid.azure.net")
	if status != http.StatusOK || strings.TrimSpace(body) != `{"validationResponse":"512d38b6"}` {
		t.Errorf("%d %s", status, body)
	}
}

func TestAnInletWithoutItsSecretStopsTheStart(t *testing.T) {
	b := newBench(t)
	for _, empty := range []string{"GITHUB_SECRET=", "GITHUB_SECRET= , "} {
		cmd := exec.Command(binary(t, httpHandler))
		cmd.Env = loopbacktest.Environ(b.environ(append(append([]string{}, inletSecrets[1:]...), empty, "SENDBRIDGE_RULES="+inletRules)...)...)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(failureIn(t, string(out)), `GITHUB_SECRET is not set: want the secret of inlet "github"`) || strings.Contains(string(out), "whsec_x") {
			t.Errorf("%v: %s", err, out)
		}
	}
}

func TestRenderShowsWebhooks(t *testing.T) {
	dir := write(t, map[string]string{"rules.yaml": inletRules, "push.json": pushBody})
	rules := filepath.Join(dir, "rules.yaml")
	if code, out, errors := command(t, "", nil, "validate", rules); code != 0 || !strings.Contains(out, "5 rules, 5 inlets, hash ") {
		t.Errorf("validate: %d %s %s", code, out, errors)
	}
	for _, c := range []struct {
		path, body string
		headers    []string
		want       string
	}{
		{"/in/github", pushBody, []string{"--header", "X-GitHub-Event: push", "--header", "X-GitHub-Delivery: d1"}, "topic    code/pump"},
		{"/in/alerts", alertsBody, nil, "topic    alert/w"},
		{"/in/stripe", chargeBody, nil, "topic    paid/com.stripe.charge.succeeded"},
		{"/in/azure", azureBody, []string{"--header", "Content-Type: application/cloudevents-batch+json"}, "topic    blob/b2"},
		{"/in/bus", busBody, nil, "topic    object/put"},
	} {
		args := append([]string{"render", "--rules", rules, "--as", "http", "--path", c.path}, c.headers...)
		if code, out, errors := command(t, c.body, nil, append(args, "-")...); code != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d %s %s", c.path, code, out, errors)
		}
	}
	if code, _, errors := command(t, "{}", nil, "render", "--rules", rules, "--path", "/in/gitub", "-"); code != 1 || !strings.Contains(errors, "no such inlet") {
		t.Errorf("no inlet: %d %s", code, errors)
	}
}
