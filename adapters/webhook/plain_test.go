package webhook_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

func TestWhatBodiesBecome(t *testing.T) {
	const repo = `"repository":{"url":"https://api.github.com/repos/o/r","name":"r","owner":{"url":"https://api.github.com/users/o"}}`
	for name, c := range map[string]struct {
		inlet   string
		body    string
		headers []string
		want    string // "attribute=value", by spaces; derived for a record whose id is a hash
		err     string
	}{
		"github push": {"{verify: github, secretEnv: S}", `{"ref":"refs/heads/main",` + repo + `}`,
			[]string{"X-GitHub-Event: push", "X-GitHub-Delivery: d-1", "Content-Type: application/json"},
			"id=d-1 source=https://api.github.com/repos/o/r type=com.github.push subject=refs/heads/main datacontenttype=application/json", ""},
		"github issue": {"{verify: github, secretEnv: S}", `{"action":"opened","issue":{"number":7,"updated_at":"2026-01-31T12:00:00Z"},` + repo + `}`,
			[]string{"X-GitHub-Event: issues", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/repos/o/r type=com.github.issue.opened subject=7 time=2026-01-31T12:00:00Z datacontenttype=application/json", ""},
		"github branch": {"{verify: github, secretEnv: S}", `{"ref":"b","ref_type":"branch",` + repo + `}`, []string{"X-GitHub-Event: create", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/repos/o/r type=com.github.create.branch subject=b datacontenttype=application/json", ""},
		"github deployment": {"{verify: github, secretEnv: S}", `{"action":"created","deployment":{"url":"https://api.github.com/d/1"},"deployment_status":{"state":"success","url":"https://api.github.com/s/2","updated_at":"2026-01-31T12:00:00Z"},` + repo + `}`,
			[]string{"X-GitHub-Event: deployment_status", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/d/1 type=com.github.deployment_status.success subject=https://api.github.com/s/2 time=2026-01-31T12:00:00Z datacontenttype=application/json", ""},
		"github member": {"{verify: github, secretEnv: S}", `{"action":"added","scope":"team","member":{"login":"m"},"team":{"url":"https://api.github.com/teams/1"}}`,
			[]string{"X-GitHub-Event: membership", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/teams/1 type=com.github.membership.team.added subject=m datacontenttype=application/json", ""},
		"github made public": {"{verify: github, secretEnv: S}", `{` + repo + `}`, []string{"X-GitHub-Event: public", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/users/o type=com.github.public subject=r datacontenttype=application/json", ""},
		"github, an event to come": {"{verify: github, secretEnv: S}", `{"action":"made","sender":{"url":"https://api.github.com/users/s"}}`, []string{"X-GitHub-Event: novelty", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/users/s type=com.github.novelty.made datacontenttype=application/json", ""},
		"github as a form": {"{verify: github, secretEnv: S}", "payload=%7B%22ref%22%3A%22r%22%7D", []string{"X-GitHub-Event: push", "X-GitHub-Delivery: d-1", "Content-Type: application/x-www-form-urlencoded"},
			"id=d-1 source=/in/in type=com.github.push subject=r datacontenttype=application/json", ""},
		"github without a name": {"{verify: github, secretEnv: S}", `{}`, nil, "", "type is missing"},
		"stripe": {"{verify: stripe, secretEnv: S}", `{"id":"evt_1","type":"charge.succeeded","created":1700000000}`, nil,
			"id=evt_1 source=/in/in type=com.stripe.charge.succeeded time=2023-11-14T22:13:20Z datacontenttype=application/json", ""},
		"sns": {"{verify: sns, topicArns: ['" + snsTopic + "']}", `{"Type":"Notification","MessageId":"m","TopicArn":"` + snsTopic + `","Timestamp":"2026-01-31T12:00:00.5Z","Subject":"s"}`,
			[]string{"x-amz-sns-subscription-arn: " + snsTopic + ":1", "Content-Type: text/plain"},
			"id=m source=" + snsTopic + ":1 type=com.amazonaws.sns.Notification subject=s time=2026-01-31T12:00:00.5Z datacontenttype=application/json", ""},
		"templates": {`{verify: bearer, secretEnv: S, type: 'com.example.${$.kind}', source: '/alerts/${$.site:-none}', subject: '${$.groupKey}', time: '${$.at[0]}', id: '${$.a-b:-x}'}`, "", nil, "", "template"},
		"a body of JSON": {`{verify: bearer, secretEnv: S, type: 'com.example.${$.kind}', source: '/alerts/${$.site:-none}', subject: '${$.groupKey}', time: '${$.at[0]}', id: '${$.Key}'}`,
			`{"kind":"k","groupKey":"{}:{x=\"y\"}","at":[1700000000123],"Key":17}`, nil,
			`id=17 source=/alerts/none type=com.example.k subject={}:{x="y"} time=2023-11-14T22:13:20.123Z datacontenttype=application/json`, ""},
		"optional values missing": {`{verify: bearer, secretEnv: S, type: t, subject: '${$.groupKey}', time: '${$.at}', id: {header: X-Id}}`, `{}`, []string{"X-Id: i"},
			`id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"no id":                {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `{}`, nil, `derived source=/in/in type=t datacontenttype=application/json`, ""},
		"a type is missing":    {`{verify: bearer, secretEnv: S, type: '${$.kind}'}`, `{}`, nil, ``, "$.kind is missing"},
		"a form":               {`{verify: bearer, secretEnv: S, type: 't.${$.a}', id: '${$.b[1]}'}`, `a=1&b=x&b=y`, []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8"}, `id=y source=/in/in type=t.1 datacontenttype=application/json`, ""},
		"text":                 {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `hello`, []string{"X-Id: i", "Content-Type: text/plain"}, `id=i source=/in/in type=t datacontenttype=text/plain`, ""},
		"not a CloudEvent":     {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, ebEvent, []string{"X-Id: i", "Content-Type: application/cloudevents+json"}, `id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"nor in headers":       {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `{}`, binaryHeaders("X-Id: i"), `id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"a CloudEvent":         {`{verify: bearer, secretEnv: S, cloudevents: true}`, ebEvent, []string{"Content-Type: application/cloudevents+json"}, `id=e1 source=acs.oss type=oss:ObjectCreated:PutObject`, ""},
		"in headers":           {`{verify: bearer, secretEnv: S, cloudevents: true}`, ``, binaryHeaders(), `id=7 source=/s type=t`, ""},
		"that does not say so": {`{verify: bearer, secretEnv: S, cloudevents: true}`, ebEvent, []string{"Content-Type: application/json"}, `id=e1 source=acs.oss type=oss:ObjectCreated:PutObject`, ""},
		"neither":              {`{verify: bearer, secretEnv: S, cloudevents: true}`, `{"id":"1"}`, []string{"Content-Type: application/json"}, "", "not a CloudEvent"},
		"or another body":      {`{verify: bearer, secretEnv: S, cloudevents: true, type: t, id: '${$.id}'}`, `{"id":"1"}`, []string{"Content-Type: application/json"}, "id=1 source=/in/in type=t datacontenttype=application/json", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == "template" {
				if _, _, err := core.ParseFile("f", []byte("rules: [{topic: abc, payload: original}]\ninlets: {in: "+c.inlet+"}")); err == nil {
					t.Error("a wrong template")
				}
				return
			}
			inlet := inletOf(t, c.inlet)
			records, err := webhook.DecodeInlet(&inlet, postTo("/in/in", c.body, c.headers...))
			if err == nil {
				err = records[0].Err
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || core.ClassOf(err) != core.ClassMessage {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := attributesOf(t, records[0].Event)
			delete(got, "data")
			if records[0].DerivedID {
				got["id"] = "derived"
			}
			want := map[string]string{}
			for field := range strings.FieldsSeq(c.want) {
				name, value, ok := strings.Cut(field, "=")
				if !ok {
					name, value = "id", "derived"
				}
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

// The same delivery decodes to the same event: there is no clock and no chance in it.
func TestDecodingAgainIsTheSame(t *testing.T) {
	inlet := inletOf(t, "{verify: bearer, secretEnv: S, type: t}")
	once := func(body string) string {
		records := must(webhook.DecodeInlet(&inlet, postTo("/in/in", body)))
		return string(core.EncodeEvent(records[0].Event))
	}
	if a, b, other := once("b=1&a=2"), once("b=1&a=2"), once("b=1&a=3"); a != b || a == other {
		t.Errorf("%s\n%s\n%s", a, b, other)
	}
}

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
		"a delivery of others":      {"POST", "cloudevents: true, origins: [eventgrid.azure.net]", ebEvent, "access_token=t", []string{"WebHook-Request-Origin: a.example"}, 403, ""},
		"event grid":                {"POST", "cloudevents: true, challenge: eventgrid", grid, "access_token=t", nil, 200, `{"validationResponse":"c<1>"}` + "\n"},
		"event grid, no token":      {"POST", "cloudevents: true, challenge: eventgrid", grid, "", nil, 401, ""},
		"event grid, not asked for": {"POST", "type: t", grid, "access_token=t", nil, 204, ""},
		"slack":                     {"POST", "type: t, challenge: slack", `{"type":"url_verification","challenge":"c"}`, "access_token=t", nil, 200, "c"},
		"slack, an event":           {"POST", "type: t, challenge: slack", `{"type":"event_callback","challenge":"c"}`, "access_token=t", nil, 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inlet := must(webhook.NewInlet(inletOf(t, "{verify: bearer, secretEnv: S, "+c.inlet+"}"), []string{"t"}, nil))
			h := newHandler(sendAll, webhook.Options{Inlets: []*webhook.Inlet{inlet}, AllowedRate: 15000, AllowedOrigins: []string{"only.example"}})
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

// A closed handler is closed to CloudEvents from anybody; an inlet knows its sender.
func TestInletsOfAClosedHandler(t *testing.T) {
	inlet := must(webhook.NewInlet(inletOf(t, "{verify: bearer, secretEnv: S, type: t}"), []string{"t"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*webhook.Inlet{inlet}, Closed: true, Tokens: []string{"other"}})
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

// Nothing of a body is read before the headers have shown who sends it, and never more than is allowed.
func TestInletsReadNoMoreThanTheyMust(t *testing.T) {
	body := &endless{size: 64 << 20}
	inlet := must(webhook.NewInlet(inletOf(t, "{verify: bearer, secretEnv: S, type: t}"), []string{"t"}, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*webhook.Inlet{inlet}, MaxBody: 1 << 16})
	r := postTo("/in/in", "")
	r.Body, r.ContentLength = readCloser{body}, -1
	if w := answerTo(h, r); w.Code != 401 || body.read != 0 {
		t.Errorf("status %d after %d bytes", w.Code, body.read)
	}
	r.Header.Set("Authorization", "Bearer t")
	if w := answerTo(h, r); w.Code != 413 || body.read > 1<<17 {
		t.Errorf("status %d after %d bytes", w.Code, body.read)
	}
	if w := answerTo(h, postTo("/in/in", strings.Repeat("[", 60000), "Authorization: Bearer t")); w.Code != 204 {
		t.Errorf("deep brackets that are not JSON: %d %s", w.Code, w.Body)
	}
	if w := answerTo(h, postTo("/in/in", strings.Repeat("[", 30000)+strings.Repeat("]", 30000), "Authorization: Bearer t")); w.Code >= 500 {
		t.Errorf("deep JSON: %d %s", w.Code, w.Body)
	}
}

// What passes is answered so that each sender comes again, what doesn't so that it doesn't.
func TestAnswersFitTheirSenders(t *testing.T) {
	for name, c := range map[string]struct {
		class, inlet, mediaType string
		want                    int
	}{
		"throttled, a plain webhook": {core.ClassThrottled, "type: t", "application/json", 503},
		"throttled, a CloudEvent":    {core.ClassThrottled, "cloudevents: true", structuredType, 429},
		"network":                    {core.ClassTransient, "type: t", "application/json", 503},
		"refused":                    {core.ClassMessage, "type: t", "application/json", 422},
	} {
		inlet := must(webhook.NewInlet(inletOf(t, "{verify: bearer, secretEnv: S, "+c.inlet+"}"), []string{"t"}, nil))
		h := newHandler(func(_ context.Context, records []core.Record) []core.Result {
			return []core.Result{{Record: records[0], Outcome: core.Failed, Err: classed(c.class)}}
		}, webhook.Options{Inlets: []*webhook.Inlet{inlet}})
		w := answerTo(h, postTo("/in/in", ebEvent, "Authorization: Bearer t", "Content-Type: "+c.mediaType))
		if p := problemOf(t, w); w.Code != c.want || p.Class != c.class || (c.want == 503) != (w.Header().Get("Retry-After") != "") && c.want != 429 {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
	}
}

type classed string

func (c classed) Error() string { return "it went wrong" }
func (c classed) Class() string { return string(c) }
