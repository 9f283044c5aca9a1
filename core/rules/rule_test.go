package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

func TestRulesOfTheManual(t *testing.T) {
	list := rulestest.Parse(t, `
rules:
  - name: firmware
    pattern:
      source: [acs.oss]
      type: ["oss:ObjectCreated:PutObject", "oss:ObjectCreated:CompleteMultipartUpload"]
      data: {oss: {bucket: {name: [firmware]}, object: {size: [{numeric: [">", 0, "<", 104857600]}]}}}
    vars:
      model: {path: "$.data.oss.object.key", match: "^([a-z0-9-]+)/", default: unknown}
    topic: "firmware/${model}"
    payload: {template: '{"id": "${$.id}", "key": "${$.data.oss.object.key}", "size": ${$.data.oss.object.size}}'}
    maximumEventAgeInSeconds: 3600
  - name: alert-per-site
    pattern: {type: [com.example.alertmanager]}
    each: $.data.alerts
    where: {status: [firing]}
    topic: "site/${@.labels.site}/alert"
    payload: {jsonpath: "@"}
`)
	events := []struct {
		rule  int
		event string
		want  []core.Delivery
	}{
		{0, `{"specversion":"1.0","id":"1","source":"acs.oss","type":"oss:ObjectCreated:PutObject","time":"2026-01-31T11:00:00Z",
			"data":{"oss":{"bucket":{"name":"firmware"},"object":{"key":"x1-pro/a \"b\".bin","size":1048576}}}}`,
			[]core.Delivery{{Rule: "firmware", Element: -1, Topic: "firmware/x1-pro",
				Payload: `{"id": "1", "key": "x1-pro/a \"b\".bin", "size": 1048576}`}}},
		{1, `{"specversion":"1.0","id":"1","source":"/am","type":"com.example.alertmanager","data":{"alerts":[
			{"status":"resolved","labels":{"site":"a"}}, {"status":"firing","labels":{"site":"b"}}, {"status":"firing","labels":{"site":7}}]}}`,
			[]core.Delivery{
				{Rule: "alert-per-site", Element: 1, Topic: "site/b/alert", Payload: `{"status":"firing","labels":{"site":"b"}}`},
				{Rule: "alert-per-site", Element: 2, Topic: "site/7/alert", Payload: `{"status":"firing","labels":{"site":7}}`}}},
	}
	for _, c := range events {
		e, err := cloudevent.DecodeEvent([]byte(c.event))
		if err != nil {
			t.Fatal(err)
		}
		plans, err := list.Plans(&core.Record{Event: e}, rulestest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, plans[c.rule].Deliveries); diff != "" {
			t.Error(diff)
		}
		if other := plans[1-c.rule]; other.Mismatch == "" || other.Deliveries != nil {
			t.Errorf("rule %s fires too: %+v", other.Rule, other)
		}
	}
}

func TestTopicRule(t *testing.T) {
	r, err := rules.TopicRule("events/${$.type}")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := r.Plans(rulestest.Event(t, `"data":{"a":1.50}`), rulestest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	rulestest.WantMessage(t, plans[0].Deliveries, `events/created {"specversion":"1.0","id":"42","source":"/s","type":"created","sendbridgehops":1,"data":{"a":1.50}}`)

	_, err = rules.TopicRule("${$.type}/x")
	if err == nil || !strings.Contains(err.Error(), "the first level is the parent topic") {
		t.Error("got", err)
	}
}

func TestMaximumEventAge(t *testing.T) {
	const rule = "{topic: abc, payload: {constant: x}, maximumEventAgeInSeconds: 60}"
	for event, want := range map[string]string{
		``:                                "abc x",
		`"time":"2026-01-31T11:59:00Z"`:   "abc x",
		`"time":"2026-01-31T12:30:00Z"`:   "abc x",
		`"time":"2026-01-31T11:58:59.9Z"`: "sender EventTooOld: time 2026-01-31T11:58:59.9Z: the event is 1m0.1s old, the rule accepts at most 1m0s",
		`"time":"2026-01-30T12:00:00Z"`:   "sender EventTooOld: time 2026-01-30T12:00:00Z: the event is 24h0m0s old",
	} {
		rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, event)), want)
	}
}

func TestEach(t *testing.T) {
	const rule = "{each: $.data.list, where: {ok: [true]}, topic: 'abc/${@.id}', payload: {template: '${$.id} ${@.id}'}}"
	array := func(n int) string {
		return `"data":{"list":[` + strings.Repeat(`{"ok":false},`, n-1) + `{"ok":true,"id":"x"}]}`
	}
	for event, want := range map[string]string{
		array(1):                            "abc/x 42 x",
		array(1000):                         "abc/x 42 x",
		array(1001):                         "abc/x 42 x", // where leaves all but one
		`"data":{}`:                         "sender EachInvalid: each: $.data.list is missing",
		``:                                  "sender EachInvalid: each: $.data.list is missing",
		`"data":{"list":null}`:              "sender EachInvalid: each: $.data.list is null: it must be an array",
		`"data":{"list":{"a": 1}}`:          `sender EachInvalid: each: $.data.list is {"a":1}: it must be an array`,
		`"datacontenttype":"a/b","data":""`: "sender EachInvalid: each: $.data.list is missing",
	} {
		rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, event)), want)
	}
	for _, event := range []string{`"data":{"list":[]}`, `"data":{"list":[{"ok":false}, 5, []]}`} {
		if got := rulestest.Messages(t, rule, rulestest.Event(t, event)); len(got) != 0 {
			t.Errorf("%s gives %+v, want no messages", event, got)
		}
	}
}

// A fault of the whole event is one message of no element, also if the rule has each.
func TestAFaultOfTheWholeEventIsOfNoElement(t *testing.T) {
	const each = "{each: $.data.list, topic: 'abc/${@}', payload: {jsonpath: '@'}}"
	for _, c := range []struct{ rule, event, want string }{
		{"{topic: abc, payload: {jsonpath: $.data}}", ``, "sender PayloadInvalid: payload: $.data is missing"},
		{"{topic: 'abc/${$.data}', payload: original}", ``, "sender TopicInvalid: ${$.data}: $.data is missing"},
		{"{topic: abc, payload: original, maximumEventAgeInSeconds: 60}", `"time":"2026-01-30T12:00:00Z"`, "sender EventTooOld: time "},
		{"{unwrap: $.data.in, topic: abc, payload: original}", `"data":{}`, "sender InvalidEvent: unwrap: $.data.in is missing"},
		{each, `"data":{}`, "sender EachInvalid: each: $.data.list is missing"},
		{each, `"data":{"list":5}`, "sender EachInvalid: each: $.data.list is 5"},
		{each, `"data":{"list":[1],"list":[2]}`, "sender DuplicateName: $.data.list is given twice"},
	} {
		got := rulestest.Messages(t, c.rule, rulestest.Event(t, c.event))
		rulestest.WantMessage(t, got, c.want)
		if got[0].Element != -1 {
			t.Errorf("%s: the fault is of element %d", c.rule, got[0].Element)
		}
	}
}

func TestElementsFailAlone(t *testing.T) {
	got := rulestest.Messages(t, "{each: $.data, topic: 'abc/${@}', payload: {jsonpath: '@'}}",
		rulestest.Event(t, `"data":["a", "b/c", {"d": 1}, 4]`))
	var lines []string
	for i, d := range got {
		if d.Element != i {
			t.Errorf("message %d is of element %d", i, d.Element)
		}
		line := d.Topic
		if d.Err != nil {
			line = d.Err.Error()
		}
		lines = append(lines, line)
	}
	want := []string{
		"abc/a",
		`rule "rule-1": ${@}: "b/c" has a slash, which would add a level to the topic: only ${+…} allows it; ${slug:…} and ${hash:…} make one level of any text`,
		`rule "rule-1": ${@}: {"d":1} is an object or an array: a topic takes text, numbers, true and false`,
		"abc/4",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}
