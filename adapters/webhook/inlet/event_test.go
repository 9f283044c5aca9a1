package inlet_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

const repo = `"repository":{"url":"https://api.github.com/repos/o/r","name":"r","owner":{"url":"https://api.github.com/users/o"}}`

func TestWhatBodiesBecome(t *testing.T) {
	for name, c := range map[string]struct {
		inlet   string
		body    string
		headers []string
		want    string // "attribute=value", separated by spaces; derived means that the id is a hash
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
		"github comment": {"{verify: github, secretEnv: S}", `{"action":"created","comment":{"id":3,"url":"https://api.github.com/c/3","commit_id":"f00"},` + repo + `}`,
			[]string{"X-GitHub-Event: commit_comment", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/c/3/f00 type=com.github.commit_comment.created subject=3 datacontenttype=application/json", ""},
		"github comment without a commit": {"{verify: github, secretEnv: S}", `{"action":"created","comment":{"id":3,"url":"https://api.github.com/c/3"},` + repo + `}`,
			[]string{"X-GitHub-Event: commit_comment", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/repos/o/r type=com.github.commit_comment.created subject=3 datacontenttype=application/json", ""},
		"github comment without an address": {"{verify: github, secretEnv: S}", `{"action":"created","comment":{"id":3,"commit_id":"f00"},` + repo + `}`,
			[]string{"X-GitHub-Event: commit_comment", "X-GitHub-Delivery: d-1"},
			"id=d-1 source=https://api.github.com/repos/o/r type=com.github.commit_comment.created subject=3 datacontenttype=application/json", ""},
		"github without a name": {"{verify: github, secretEnv: S}", `{}`, nil, "", "type is missing"},
		"stripe": {"{verify: stripe, secretEnv: S}", `{"id":"evt_1","type":"charge.succeeded","created":1700000000}`, nil,
			"id=evt_1 source=/in/in type=com.stripe.charge.succeeded time=2023-11-14T22:13:20Z datacontenttype=application/json", ""},
		"stripe, an event of v2": {"{verify: stripe, secretEnv: S}", `{"id":"evt_test_65","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","created":"2024-09-17T06:20:52.246Z"}`, nil,
			"id=evt_test_65 source=/in/in type=com.stripe.v1.billing.meter.error_report_triggered time=2024-09-17T06:20:52.246Z datacontenttype=application/json", ""},
		"stripe, an id twice": {"{verify: stripe, secretEnv: S}", `{"id":"evt_1","\u0069d":"evt_2","type":"charge.succeeded"}`, nil, ``, "$.id is given twice"},
		"stripe, a time of no known unit": {"{verify: stripe, secretEnv: S}", `{"id":"evt_1","type":"t","created":20260131120000}`, nil,
			"id=evt_1 source=/in/in type=com.stripe.t datacontenttype=application/json", ""},
		"sns": {"{verify: sns, topicArns: ['" + snsTopic + "']}", `{"Type":"Notification","MessageId":"m","TopicArn":"` + snsTopic + `","Timestamp":"2026-01-31T12:00:00.5Z","Subject":"s"}`,
			[]string{"x-amz-sns-subscription-arn: " + snsTopic + ":1", "Content-Type: text/plain"},
			"id=m source=" + snsTopic + ":1 type=com.amazonaws.sns.Notification subject=s time=2026-01-31T12:00:00.5Z datacontenttype=application/json", ""},
		"templates": {`{verify: bearer, secretEnv: S, type: 'com.example.${$.kind}', source: '/alerts/${$.site:-none}', subject: '${$.groupKey}', time: '${$.at[0]}', id: '${$.a-b:-x}'}`, "", nil, "", "template"},
		"a body of JSON": {`{verify: bearer, secretEnv: S, type: 'com.example.${$.kind}', source: '/alerts/${$.site:-none}', subject: '${$.groupKey}', time: '${$.at[0]}', id: '${$.Key}'}`,
			`{"kind":"k","groupKey":"{}:{x=\"y\"}","at":[1700000000123],"Key":17}`, nil,
			`id=17 source=/alerts/none type=com.example.k subject={}:{x="y"} time=2023-11-14T22:13:20.123Z datacontenttype=application/json`, ""},
		"optional values missing": {`{verify: bearer, secretEnv: S, type: t, subject: '${$.groupKey}', time: '${$.at}', id: {header: X-Id}}`, `{}`, []string{"X-Id: i"},
			`id=i source=/in/in type=t datacontenttype=application/json`, ""},
		"no id":             {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `{}`, nil, `derived source=/in/in type=t datacontenttype=application/json`, ""},
		"a type is missing": {`{verify: bearer, secretEnv: S, type: '${$.kind}'}`, `{}`, nil, ``, "$.kind is missing"},
		"a kind twice":      {`{verify: bearer, secretEnv: S, type: '${$.kind}'}`, `{"kind":"a","\u006bind":"b"}`, nil, ``, "$.kind is given twice"},
		"half a character":  {`{verify: bearer, secretEnv: S, type: t, id: '${$.id}'}`, `{"id":"\ud83d"}`, nil, ``, "half of a surrogate pair"},
		"a form":            {`{verify: bearer, secretEnv: S, type: 't.${$.a}', id: '${$.b[1]}'}`, `a=1&b=x&b=y`, []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8"}, `id=y source=/in/in type=t.1 datacontenttype=application/json`, ""},
		"text":              {`{verify: bearer, secretEnv: S, type: t, id: {header: X-Id}}`, `hello`, []string{"X-Id: i", "Content-Type: text/plain"}, `id=i source=/in/in type=t datacontenttype=text/plain`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == "template" {
				if _, err := parse("rules: [{topic: abc, payload: original}]\ninlets: {in: " + c.inlet + "}"); err == nil {
					t.Error("a wrong template")
				}
				return
			}
			spec := specOf(t, c.inlet)
			h := post("", c.headers...).Header
			record := spec.Event(h, h.Get("Content-Type"), []byte(c.body))
			if c.err != "" {
				if err := record.Err; err == nil || !strings.Contains(err.Error(), c.err) || fault.Of(err).Class != fault.ClassMessage {
					t.Errorf("%v, want %s", err, c.err)
				}
				return
			}
			if record.Err != nil {
				t.Fatal(record.Err)
			}
			if diff := cmp.Diff(attributesIn(c.want), attributesOf(t, record)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// attributesIn parses "attribute=value" separated by spaces. A single word is about the id.
func attributesIn(text string) map[string]string {
	attributes := map[string]string{}
	for field := range strings.FieldsSeq(text) {
		name, value, ok := strings.Cut(field, "=")
		if !ok {
			name, value = "id", field
		}
		attributes[name] = value
	}
	return attributes
}

// attributesOf returns the attributes of an event. An id that is a hash is "derived".
func attributesOf(t *testing.T, record core.Record) map[string]string {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(cloudevent.EncodeEvent(record.Event), &members); err != nil {
		t.Fatal(err)
	}
	attributes := map[string]string{}
	for name, value := range members {
		if name != "specversion" && !strings.HasPrefix(name, "data") || name == "datacontenttype" {
			attributes[name], _ = value.(string)
		}
	}
	if record.DerivedID {
		attributes["id"] = "derived"
	}
	return attributes
}
