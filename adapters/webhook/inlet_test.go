package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// If an inlet accepts CloudEvents and has templates, other bodies become events by its templates.
func TestCloudEventsAtInlets(t *testing.T) {
	for name, c := range map[string]struct {
		inlet   string
		body    string
		headers []string
		want    string // "attribute=value", separated by spaces
		err     string
	}{
		"not a CloudEvent":     {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, busEvent, []string{"X-Id: i", "Content-Type: application/cloudevents+json"}, `id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"nor in headers":       {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `{}`, binaryHeaders("X-Id: i"), `id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"a CloudEvent":         {`{verify: bearer, secretEnv: S, cloudevents: true}`, busEvent, []string{"Content-Type: application/cloudevents+json"}, `id=e1 source=acs.oss type=oss:ObjectCreated:PutObject`, ""},
		"in headers":           {`{verify: bearer, secretEnv: S, cloudevents: true}`, ``, binaryHeaders(), `id=7 source=/s type=t`, ""},
		"that does not say so": {`{verify: bearer, secretEnv: S, cloudevents: true}`, busEvent, []string{"Content-Type: application/json"}, `id=e1 source=acs.oss type=oss:ObjectCreated:PutObject`, ""},
		"neither":              {`{verify: bearer, secretEnv: S, cloudevents: true}`, `{"id":"1"}`, []string{"Content-Type: application/json"}, "", "not a CloudEvent"},
		"or another body":      {`{verify: bearer, secretEnv: S, cloudevents: true, type: t, id: '${$.id}'}`, `{"id":"1"}`, []string{"Content-Type: application/json"}, "id=1 source=/in/in type=t datacontenttype=application/json", ""},
	} {
		t.Run(name, func(t *testing.T) {
			spec := specOf(t, c.inlet)
			records, err := webhook.DecodeInlet(&spec, postTo("/in/in", c.body, c.headers...))
			if err == nil {
				err = records[0].Err
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || fault.Of(err).Class != fault.ClassMessage {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := attributesOf(t, records[0].Event)
			delete(got, "data")
			want := map[string]string{}
			for field := range strings.FieldsSeq(c.want) {
				name, value, _ := strings.Cut(field, "=")
				want[name] = value
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if records[0].Ingress != "http:/in/in" || !records[0].SenderWaits {
				t.Errorf("%+v", records[0])
			}
		})
	}
}

// A delivery always decodes to the same event, because decoding uses no clock and no randomness.
func TestDecodingAgainIsTheSame(t *testing.T) {
	spec := specOf(t, "{verify: bearer, secretEnv: S, type: t}")
	once := func(body string) string {
		records := must(webhook.DecodeInlet(&spec, postTo("/in/in", body)))
		return string(cloudevent.EncodeEvent(records[0].Event))
	}
	if a, b, other := once("b=1&a=2"), once("b=1&a=2"), once("b=1&a=3"); a != b || a == other {
		t.Errorf("%s\n%s\n%s", a, b, other)
	}
}

const busEvent = `{"specversion":"1.0","id":"e1","source":"acs.oss","type":"oss:ObjectCreated:PutObject","data":{"a":1}}`

func TestHandshakesOfInlets(t *testing.T) {
	const grid = `[{"id":"1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"c<1>","validationUrl":"https://evil.example/"}}]`
	for name, c := range map[string]struct {
		method, inlet, body, query string
		headers                    []string
		status                     int
		want                       string
	}{
		"options":                   {"OPTIONS", "cloudevents: true, origins: [eventgrid.azure.net]", "", "", []string{"WebHook-Request-Origin: eventgrid.azure.net"}, 200, ""},
		"options of others":         {"OPTIONS", "cloudevents: true, origins: [eventgrid.azure.net]", "", "", []string{"WebHook-Request-Origin: a.example"}, 403, ""},
		"a delivery of others":      {"POST", "cloudevents: true, origins: [eventgrid.azure.net]", busEvent, "access_token=t", []string{"WebHook-Request-Origin: a.example"}, 403, ""},
		"event grid":                {"POST", "cloudevents: true, challenge: eventgrid", grid, "access_token=t", nil, 200, `{"validationResponse":"c<1>"}` + "\n"},
		"event grid, no token":      {"POST", "cloudevents: true, challenge: eventgrid", grid, "", nil, 401, ""},
		"event grid, not asked for": {"POST", "type: t", grid, "access_token=t", nil, 204, ""},
		"slack":                     {"POST", "type: t, challenge: slack", `{"type":"url_verification","challenge":"c"}`, "access_token=t", nil, 200, "c"},
		"slack, an event":           {"POST", "type: t, challenge: slack", `{"type":"event_callback","challenge":"c"}`, "access_token=t", nil, 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			i := must(inlet.New(specOf(t, "{verify: bearer, secretEnv: S, "+c.inlet+"}"), []string{"t"}, nil))
			h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, AllowedRate: 15000, AllowedOrigins: []string{"only.example"}})
			r := postTo("/in/in", c.body, c.headers...)
			r.Method, r.URL.RawQuery = c.method, c.query
			w := answerTo(h, r)
			if w.Code != c.status || c.want != "" && w.Body.String() != c.want {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if c.method == "OPTIONS" && c.status == http.StatusOK && (w.Header().Get("WebHook-Allowed-Rate") != "15000" || w.Header().Get("WebHook-Allowed-Origin") != "eventgrid.azure.net") {
				t.Errorf("%v", w.Header())
			}
		})
	}
}

// A closed handler rejects CloudEvents from everybody, but its inlets authenticate their senders.
func TestInletsOfAClosedHandler(t *testing.T) {
	i := must(inlet.New(specOf(t, "{verify: bearer, secretEnv: S, type: t}"), []string{"t"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, Closed: true, Tokens: []string{"other"}})
	for line, want := range map[string]int{"Authorization: Bearer t": 204, "Authorization: Bearer other": 401} {
		if w := answerTo(h, postTo("/in/in", "{}", line)); w.Code != want {
			t.Errorf("%s: %d, want %d", line, w.Code, want)
		}
	}
	if w := answerTo(h, postTo("/in/in2", "{}")); w.Code != http.StatusBadRequest {
		t.Errorf("no inlet: %d", w.Code)
	}
	r := postTo("/in/in", "{}")
	r.Method = http.MethodGet
	if w := answerTo(h, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

// No body is read before the checks of the headers, and never more than is allowed.
func TestInletsReadNoMoreThanTheyMust(t *testing.T) {
	body := &endless{size: 64 << 20}
	i := must(inlet.New(specOf(t, "{verify: bearer, secretEnv: S, type: t}"), []string{"t"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, MaxBody: 1 << 16})
	r := postTo("/in/in", "")
	r.Body, r.ContentLength = readCloser{body}, -1
	if w := answerTo(h, r); w.Code != 401 || body.read != 0 {
		t.Errorf("status %d after %d bytes", w.Code, body.read)
	}
	r.Header.Set("Authorization", "Bearer t")
	if w := answerTo(h, r); w.Code != 413 || body.read > 1<<17 {
		t.Errorf("status %d after %d bytes", w.Code, body.read)
	}
	for name, deep := range map[string]string{"cut": strings.Repeat("[", 60000), "whole": strings.Repeat("[", 30000) + strings.Repeat("]", 30000)} {
		if w := answerTo(h, postTo("/in/in", deep, "Authorization: Bearer t")); w.Code != 400 {
			t.Errorf("deep brackets, %s: %d %s", name, w.Code, w.Body)
		}
	}
}

// A sender retries after a transient error, whatever its kind, and does not retry after a permanent one.
func TestAnswersFitTheirSenders(t *testing.T) {
	for name, c := range map[string]struct {
		class, inlet, mediaType string
		want                    int
	}{
		"throttled, a raw webhook": {fault.ClassThrottled, "type: t", "application/json", 503},
		"throttled, a CloudEvent":  {fault.ClassThrottled, "cloudevents: true", structuredType, 429},
		"network":                  {fault.ClassTransient, "type: t", "application/json", 503},
		"refused":                  {fault.ClassMessage, "type: t", "application/json", 422},
	} {
		i := must(inlet.New(specOf(t, "{verify: bearer, secretEnv: S, "+c.inlet+"}"), []string{"t"}, nil))
		h := newHandler(func(_ context.Context, records []core.Record) []core.Result {
			return []core.Result{{Record: records[0], Outcome: core.Failed, Err: classed(c.class)}}
		}, webhook.Options{Inlets: []*inlet.Inlet{i}})
		w := answerTo(h, postTo("/in/in", busEvent, "Authorization: Bearer t", "Content-Type: "+c.mediaType))
		if p := problemOf(t, w); w.Code != c.want || p.Class != c.class || (c.want == 503) != (w.Header().Get("Retry-After") != "") && c.want != 429 {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
	}
}

type classed string

func (c classed) Error() string         { return "it went wrong" }
func (c classed) Describe() fault.Fault { return fault.Fault{Class: string(c)} }

// A rejected sender learns how to authenticate, but not why it was rejected. The log has the reason, but no token.
func TestWhyIsForTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		inlet         string
		status        int
		code, in, log string
	}{
		"a wrong token": {inlet: "{verify: bearer, secretEnv: S, type: t}", status: 401, code: "Unauthenticated", in: `Bearer realm="sendbridge"`, log: "unknown token"},
		"a signature":   {inlet: "{verify: github, secretEnv: S}", status: 401, code: "Unauthenticated", log: "want one X-Hub-Signature-256 header"},
		"a certificate that is unavailable": {inlet: "{verify: eventbridge, secretEnv: S, url: 'https://bridge.example/in/in', region: cn-hangzhou, cloudevents: true}",
			status: 503, code: "CertificateUnavailable", log: "no answer from cn-hangzhou-eventbridge.oss-accelerate.aliyuncs.com"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			i := must(inlet.New(specOf(t, c.inlet), []string{"secret1"}, &inlet.Options{Transport: unreachable{}, Now: func() time.Time { return time.Unix(1700000000, 0) }}))
			h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, Log: slog.New(slog.NewTextHandler(&log, nil))})
			r := postTo("/in/in", busEvent, "X-Eventbridge-Signature-Token: secret1", "X-Eventbridge-Signature-Timestamp: 1700000000", "X-Eventbridge-Signature-V2: AAAA",
				"X-Eventbridge-Signature-Url: https://cn-hangzhou-eventbridge.oss-accelerate.aliyuncs.com/secret1.pem")
			r.URL.RawQuery = "access_token=secret2"
			w := answerTo(h, r)
			p := problemOf(t, w)
			if w.Code != c.status || p.Code != c.code || w.Header().Get("WWW-Authenticate") != c.in || (w.Header().Get("Retry-After") != "") != (c.status == 503) {
				t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			if !strings.Contains(log.String(), c.log) || strings.Contains(w.Body.String(), c.log) || strings.Contains(log.String()+w.Body.String(), "secret") {
				t.Errorf("log %s\nanswer %s", &log, w.Body)
			}
		})
	}
}

// unreachable is a network without hosts.
type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no route to host")
}
