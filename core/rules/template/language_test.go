package template_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

// A template is JSON or text by its content, unless the rule sets json.
func TestTemplatesAreJSONOrText(t *testing.T) {
	for _, c := range []struct{ template, more, want string }{
		{`"${$.data.text}" is up`, "}", "\"a \"b\" \\ \n é\" is up"},
		{`${$.data.list}`, "}", `["x", {"y": "z"}]`},
		{`${$.subject}`, "}", `line "1"`},
		{`${$.subject}`, ", json: true}", `"line \"1\""`},
		{`${$.data.int}`, ", json: true}", `12345678901234567890`},
		{`[INFO] ${$.subject}`, ", json: false}", `[INFO] line "1"`},
		{`{"a": "${$.subject}"}`, ", json: false}", `{"a": "line "1""}`},
		{`"${$.subject}"`, ", json: false}", `"line "1""`},
	} {
		t.Run(c.template+c.more, func(t *testing.T) {
			rulestest.WantPayload(t, rulestest.Messages(t, payloadRule(c.template, c.more), rulestest.Event(t, sample)), c.want)
		})
	}
}

func TestTemplateMistakes(t *testing.T) {
	const ok = ""
	for rule, want := range map[string]string{
		`{vars: {a: $.id}, topic: abc, payload: original}`:                     `var "a" is not used: write ${a}`,
		`{vars: {a: $.id, b: $.type}, topic: 'abc/${a}', payload: original}`:   `var "b" is not used`,
		`{vars: {a: $.id}, topic: 'abc/${a}', payload: original}`:              ok,
		`{vars: {a: $.id}, topic: abc, payload: {template: 'x ${a:-y}'}}`:      ok,
		`{vars: {a: $.id}, topic: 'abc/${aa}', payload: original}`:             `"aa" is not a var`,
		`{vars: {a: $.id}, topic: abc, payload: {template: 'x <a>'}}`:          `<a> is not a placeholder here: write ${a}`,
		`{vars: {a: $.id}, topic: abc, payload: {template: '{"x": "<a>"}'}}`:   `<a> is not a placeholder here: write ${a}`,
		`{vars: {a: $.id}, topic: 'abc/{{a}}', payload: original}`:             `{{a}} is not a placeholder here: write ${a}`,
		`{vars: {a: $.id}, topic: abc, payload: {template: 'x {{ a }} ${a}'}}`: `{{ a }} is not a placeholder here`,
		`{vars: {a: $.id}, topic: abc, payload: {template: '<a>${a}</a>'}}`:    ok,
		`{vars: {a: $.id}, topic: abc, payload: {template: '<b> {{b}} ${a}'}}`: ok,
		`{topic: abc, payload: {template: '[INFO] ${$.id}'}}`:                  `if it is text, write json: false beside it`,
		`{topic: abc, payload: {template: 'x ${$.id}', json: true}}`:           `the template must be JSON, but is not`,
		`{topic: abc, payload: {template: '${$.id}', json: maybe}}`:            `json must be true or false`,
		`{topic: abc, payload: {constant: x, json: true}}`:                     `json is only for template`,
	} {
		_, err := rules.Parse("test.yaml", []byte("rules:\n- "+rule))
		switch {
		case want == ok && err != nil:
			t.Errorf("%s: %v", rule, err)
		case want != ok && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s:\ngot  %v\nwant %s", rule, err, want)
		}
	}
}
