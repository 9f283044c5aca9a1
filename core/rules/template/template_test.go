package template_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules/rulestest"
)

// payloadRule returns a rule with the topic abc and a payload template.
func payloadRule(template, more string) string {
	return "{topic: abc, payload: {template: '" + strings.ReplaceAll(template, "'", "''") + "'" + more + "}"
}

// sample is the event of the tests of templates.
const sample = `"subject":"line \"1\"","datacontenttype":"application/json","count":7,"good":true,"data":{
	"text":"a \"b\" \\ \n é", "empty":"", "null":null, "int":12345678901234567890, "float":1.50, "exp":1E+2, "yes":true, "digits":"007", "half":"\ud83d",
	"object":{"a": [1, 2]}, "list":["x", {"y": "z"}], "a.b":{"c d":"dotted"}, "a}b":"brace", "": "nameless"}`

func TestTextTemplate(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{"plain", "plain"},
		{"${$.data.text}!", "a \"b\" \\ \n é!"},
		{"${$.data.int} ${$.data.float} ${$.data.exp} ${$.data.yes}", "12345678901234567890 1.50 1E+2 true"},
		{"${$.data.object}${$.data.list[1].y}", `{"a": [1, 2]}z`},
		{"${$.data.list}", `["x", {"y": "z"}]`},
		{"${$.data['a.b']['c d']} ${$.data['a}b']} ${$.data[\"\"]}", "dotted brace nameless"},
		{"${$.data['a}b']:-x}", "brace"},
		{"${$.data['b}a']:-x}", "x"},
		{"${$.id}/${$.source}/${$.type}/${$.specversion}/${$.subject}", `42//s/created/1.0/line "1"`},
		{"${$.count}${$.good}", "7true"},
		{"${$.data.none:-fallback}|${$.data.empty:-}|${$.data.null:-{a: {}}}|${$.data.list[2]:-$}", "fallback||{a: {}}|$"},
		{"$${x} $$ $ } {", "${x} $ $ } {"},
		{"$$${$.data.float}", "$1.50"},
		{"$$$${x} $$$$ a$$", "$${x} $$ a$"},
		{"$", "$"}, {"$a$b", "$a$b"}, {"$$$", "$$"},
		{"a$", "a$"},
		{"${$.data.text.more:-no}", "no"},

		{"x${$.data.none}", "sender PayloadInvalid: ${$.data.none}: $.data.none is missing, and there is no :-fallback"},
		{"x${$.data.half}", "sender LoneSurrogate: ${$.data.half}: the text contains half of a surrogate pair"},
		{"x${$.data.empty}", "sender PayloadInvalid: ${$.data.empty}: $.data.empty is empty"},
		{"x${$.data.null}", "sender PayloadInvalid: ${$.data.null}: $.data.null is null"},
		{"x${$.data.list[2]}", "sender PayloadInvalid: ${$.data.list[2]}: $.data.list[2] is missing"},
		{"x${$.time}", "sender PayloadInvalid: ${$.time}: $.time is missing"},
		{"${$.data.none:-}", "sender PayloadInvalid: payload is empty"},
	} {
		t.Run(c.template, func(t *testing.T) {
			rulestest.WantPayload(t, rulestest.Messages(t, payloadRule(c.template, "}"), rulestest.Event(t, sample)), c.want)
		})
	}
}

func TestJSONTemplate(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{`{"a": "${$.data.text}"}`, `{"a": "a \"b\" \\ \n é"}`},
		{` [${$.data.text}]`, ` ["a \"b\" \\ \n é"]`},
		{`[${$.data.int}, ${$.data.float}, ${$.data.exp}, ${$.data.yes}]`, `[12345678901234567890, 1.50, 1E+2, true]`},
		{`[${$.data.object}, ${$.data.list[1]}]`, `[{"a": [1, 2]}, {"y": "z"}]`},
		{`["${$.data.object}"]`, `["{\"a\": [1, 2]}"]`},
		{`["\"${$.data.digits}\\${$.data.digits}"]`, `["\"007\\007"]`},
		{`[${$.data.digits}]`, `["007"]`},
		{`["${$.subject}", ${$.count}, ${$.good}, "$${x}"]`, `["line \"1\"", "7", "true", "${x}"]`},
		{`[${$.subject}, ${$.id}, ${$.type}, ${$.source}]`, `["line \"1\"", "42", "created", "/s"]`},
		{`"${$.data.text}"`, `"a \"b\" \\ \n é"`},
		{`  {"a": ${$.data.int}} `, `  {"a": 12345678901234567890} `},

		{`[${$.data.none:-null}, ${$.data.none:-{"a": []}}, ${$.data.none:-"x"}, "${$.data.none:-"x"}"]`, `[null, {"a": []}, "x", "\"x\""]`},
		{`["${$.data.none:-}"]`, `[""]`},

		{`[${$.data.half}]`, `["\ud83d"]`}, // copied unchanged
		{`["${$.data.half}"]`, `sender LoneSurrogate: ${$.data.half}: the text contains half of a surrogate pair`},
		{`[${$.data.none}]`, `sender PayloadInvalid: ${$.data.none}: $.data.none is missing`},
		{`["${$.data.null}"]`, `sender PayloadInvalid: ${$.data.null}: $.data.null is null`},
	} {
		t.Run(c.template, func(t *testing.T) {
			rulestest.WantPayload(t, rulestest.Messages(t, payloadRule(c.template, "}"), rulestest.Event(t, sample)), c.want)
		})
	}
}

// Text that looks like JSON does not change the structure of the template.
func TestTextAddsNoStructure(t *testing.T) {
	for _, text := range []string{`1, "admin": true`, `{"admin": true}`, `[1]`, `"x"`, `1]`, `0x10`, `01`, `+1`, `1.`, `nul`, `nullnull`, `NaN`, ` `, "1\t2"} {
		members := `"datacontenttype":"text/plain","data":` + rulestest.JSONString(text)
		got := rulestest.Messages(t, payloadRule(`{"a": ${$.data}}`, "}"), rulestest.Event(t, members))[0]
		if got.Err == nil {
			t.Errorf("text %q gave %s", text, got.Payload)
		}
		got = rulestest.Messages(t, payloadRule(`{"a": "${$.data}"}`, "}"), rulestest.Event(t, members))[0]
		if want := `{"a": ` + rulestest.JSONString(text) + `}`; got.Payload != want {
			t.Errorf("text %q gave %s, want %s", text, got.Payload, want)
		}
	}
}
