package template_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

// An error quotes the placeholder that is wrong, and nothing of the text around it.
func TestMistakesQuoteOnlyThePlaceholder(t *testing.T) {
	for template, want := range map[string]string{
		"id ${aa} more ${$.id}":         `${aa}: the rule has no vars: a path starts with $. or @., such as ${$.aa}`,
		"id ${$.data.list[x]} more":     `${$.data.list[x]}: path "$.data.list[x]": [x]: want a whole number`,
		"id ${@.n} more":                `${@.n}: path "@.n": @ is the element of each`,
		"id ${$.id and ${$.type} more":  `${$.id and ${$.type}: after the name or path, write } or :-fallback}`,
		"id ${$.id":                     `${$.id: after the name or path, write } or :-fallback}`,
		"id ${$.id:-{}":                 `${$.id:-{}: the closing } is missing`,
		"id ${$.id:-${$.type}} more":    `${$.id:-${$.type}: a fallback must not contain placeholders`,
		"${} more":                      `${}: write ${name} for a var`,
		"${$.data.list[x]} ${@.n} more": `${$.data.list[x]}: path "$.data.list[x]": `,
	} {
		_, err := rules.Parse("f", []byte("rules:\n- {topic: abc, payload: {template: '"+template+"'}}"))
		if err == nil || !strings.HasPrefix(err.Error(), "f:2:36: "+want) {
			t.Errorf("%s:\ngot  %v\nwant %s", template, err, want)
		}
	}
}

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
		`{topic: abc, payload: {constant: ''}}`:                                `payload is empty: a message must have at least 1 byte`,
		`{topic: abc, payload: {template: ''}}`:                                `payload is empty: a message must have at least 1 byte`,
		`{topic: abc, payload: {constant: '', base64: maybe}}`:                 `base64 must be true or false`,

		`{topic: abc, payload: {template: '{"${$.id}": 1}'}}`:           `${$.id}: a name must not contain placeholders: write the whole name`,
		`{topic: abc, payload: {template: '{"a": {"x${$.id}y" : 1}}'}}`: `${$.id}: a name must not contain placeholders`,
		`{topic: abc, payload: {template: '{"${$.id}\":": 1}'}}`:        `${$.id}: a name must not contain placeholders`,
		`{topic: abc, payload: {template: '{"a": "${$.id}: b"}'}}`:      ok,
		`{topic: abc, payload: {template: '{"a": "${$.id}\": b"}'}}`:    ok,
		`{topic: abc, payload: {template: '["${$.id}", ": b"]'}}`:       ok,

		`{vars: {a: {path: $.id, default: d}}, topic: abc, payload: {template: '[${a}]'}}`:       `${a}: the var's default "d" is text: put the placeholder in quotes`,
		`{vars: {a: {path: $.id, default: d}}, topic: abc, payload: {template: '["${a}"]'}}`:     ok,
		`{vars: {a: {path: $.id, default: d}}, topic: abc, payload: {template: '[${upper:a}]'}}`: ok,
		`{vars: {a: {path: $.id, default: 1}}, topic: abc, payload: {template: '[${a}]'}}`:       ok,

		`{vars: {a: '@.id'}, topic: 'abc/${a}', payload: original}`: `path "@.id": @ is the element of each, but the rule has no each; the event is $`,
		`{topic: abc, payload: {jsonpath: '@.id'}}`:                 `path "@.id": @ is the element of each, but the rule has no each`,
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
