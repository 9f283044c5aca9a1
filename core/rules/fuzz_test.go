package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

// FuzzTemplate uses a template for payloads and for topics, with text of an event.
func FuzzTemplate(f *testing.F) {
	for _, template := range []string{
		"${$.data}", "x ${$.subject:-a{b}c} $${", `{"a": "${$.data}", "b": ${$.data:-null}, "c": [${$.id}, ${$.data.x:-{}}]}`,
		`["\\${$.data}\"", {"$${": {}}]`, "${+$.data}", "a/${$.data}/p2p", "p2p/GID_a@@@${$.data}", "${$.data['}']:-}", `[1${$.data}]`, `{"${$.data}": 1}`,
		"$$${$.data}", `"${$.data}"`, "${slug:$.data}/${hash:$.data}", "${lower:trim:$.data:-x}", `{"a": ${upper:$.data}, "b": ${unix:$.data:-0}, "c": ${$.type}}`,
		"${join:$.data}", "${rfc3339:now} ${rule}",
	} {
		for _, text := range []string{"7", `x", "y": "`, "a/b", "p2p", "null", "\x00", "[1]", "+"} {
			f.Add(template, text)
		}
	}
	f.Fuzz(func(t *testing.T, template, text string) {
		events := [2]*core.Record{rulestest.Event(t, `"datacontenttype":"text/plain"`), rulestest.Event(t, `"datacontenttype":"text/plain"`)}
		events[0].Event.DataEncoded = []byte("7")
		events[1].Event.DataEncoded = []byte(text)
		if rule, err := rules.TopicRule("parent/" + template); err == nil {
			fuzzTopic(t, template, rule, events)
		} else if err.Error() == "" {
			t.Error("an error without text")
		}
		list, err := rules.Parse("", []byte(`{"rules":[{"topic":"abc","payload":{"template":`+rulestest.JSONString(template)+`}}]}`))
		if trimmed := strings.TrimLeft(template, " \t\r\n"); err == nil && strings.IndexAny(trimmed, "{[") == 0 {
			fuzzJSON(t, template, list, events)
		}
	})
}

// fuzzTopic checks that an event's text does not change the number of levels, the first level, or which levels are p2p.
func fuzzTopic(t *testing.T, template string, rule *rules.Set, events [2]*core.Record) {
	plain, fuzzed := only(t, rule, events[0]), only(t, rule, events[1])
	if fuzzed.Err != nil {
		return
	}
	if illegal := strings.ContainsAny(fuzzed.Topic, "+#%\x00") || strings.Contains(fuzzed.Topic+"/", "//"); illegal || !utf8.ValidString(fuzzed.Topic) {
		t.Errorf("%q became %q", template, fuzzed.Topic)
	}
	levels := strings.Split(fuzzed.Topic, "/")
	if levels[0] != "parent" && !strings.HasPrefix(template, levels[0]) {
		t.Errorf("%q became %q: the event chose the parent", template, fuzzed.Topic)
	}
	if plain.Err != nil {
		return
	}
	before := strings.Split(plain.Topic, "/")
	if len(levels) != len(before) && !strings.Contains(template, "${+") {
		t.Errorf("%q became %q and %q, with different levels", template, plain.Topic, fuzzed.Topic)
	}
	if p2pLevels(levels) != p2pLevels(before) {
		t.Errorf("%q became %q and %q: the event chose p2p", template, plain.Topic, fuzzed.Topic)
	}
}

func p2pLevels(levels []string) (n int) {
	for _, level := range levels {
		if strings.EqualFold(level, "p2p") {
			n++
		}
	}
	return n
}

// fuzzJSON checks that a template becomes JSON with a structure that no text of an event changes.
func fuzzJSON(t *testing.T, template string, rule *rules.Set, events [2]*core.Record) {
	var shapes [2]any
	for i, r := range events {
		d := only(t, rule, r)
		if d.Err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(d.Payload))
		decoder.UseNumber()
		if err := decoder.Decode(&shapes[i]); err != nil || decoder.More() {
			t.Fatalf("%q became %q: %v", template, d.Payload, err)
		}
		shapes[i] = shapeOf(shapes[i])
	}
	if !reflect.DeepEqual(shapes[0], shapes[1]) {
		t.Errorf("%q became %v and %v", template, shapes[0], shapes[1])
	}
}

// shapeOf removes the values: any two strings are equal in it, and any two numbers, true, false and null.
func shapeOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = shapeOf(v[name])
		}
		return v
	case []any:
		for i := range v {
			v[i] = shapeOf(v[i])
		}
		return v
	case string:
		return "string"
	}
	return "other"
}

// only returns the one message of a rule. If it cannot be rendered, its error must be a complete *fault.Error.
func only(t *testing.T, rule *rules.Set, r *core.Record) core.Delivery {
	plans, err := rule.Plans(r, rulestest.Noon)
	if err != nil || len(plans[0].Deliveries) != 1 {
		t.Fatal(plans, err)
	}
	d := plans[0].Deliveries[0]
	checkDelivery(t, d)
	return d
}

func checkDelivery(t *testing.T, d core.Delivery) {
	t.Helper()
	switch f := fault.Of(d.Err); {
	case f.Class == fault.ClassMessage:
		detail, found := strings.CutPrefix(d.Err.Error(), fmt.Sprintf("rule %q: ", d.Rule))
		if !found || detail == "" || f.Code == "" || f.Actor == "" {
			t.Errorf("an incomplete fault: %+v: %v", f, d.Err)
		}
	case d.Err != nil:
		t.Errorf("an error that is not a *fault.Error: %v", d.Err)
	case len(d.Topic) < 3, d.Payload == "", len(d.Payload) > 65536, !utf8.ValidString(d.Topic), !utf8.ValidString(d.Payload):
		t.Errorf("an illegal message: %+v", d)
	}
}

func FuzzRulesFile(f *testing.F) {
	for _, file := range []string{
		"rules:\n- topic: abc/${$.id}\n  payload: original\n",
		"rules: [{name: x, topic: 'abc/${v}', vars: {v: {path: '@.a', match: '(.)', default: 1, format: unix}}, each: $.data.l, where: {a: [{prefix: x}]}, payload: {constant: {a: [1, ~]}, base64: true}}]",
		"rules:\n- &a {topic: abc, payload: {jsonpath: $.data}}\n- *a\n", "%YAML 1.2\n---\na", "{<<: *x}", "? [a]\n: !!x b", "\xff", "- |\n a", "rules: [{topic: [, payload: 5}]",
	} {
		f.Add([]byte(file))
	}
	r := rulestest.Event(f, `"time":"2026-01-31T12:00:00Z","data":{"l":[{"a":"x"},{"a":"1769860800"},5],"a":"text"}`)
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := rules.Parse("f", file)
		var mistakes strictyaml.Mistakes
		switch {
		case err == nil && list.Len() > 0:
			plans, err := list.Plans(r, rulestest.Noon)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range plans {
				for _, d := range p.Deliveries {
					checkDelivery(t, d)
				}
			}
		case !errors.As(err, &mistakes) || len(mistakes) == 0 || list != nil:
			t.Fatalf("got %d rules and %v", list.Len(), err)
		}
		for i, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Text == "" || i > 0 && m.Line < mistakes[i-1].Line {
				t.Errorf("mistake %d: %+v", i, m)
			}
		}
	})
}
