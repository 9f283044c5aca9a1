package template_test

import (
	"testing"

	"sendbridge/core/rules/rulestest"
)

func TestVars(t *testing.T) {
	const data = `"time":"2026-01-31T12:00:00.9+08:00","data":{"key":"x1-pro/a.bin","n":17.50,"yes":true,"o":{"a":1},"t":"2026-01-31T12:00:00.9Z",
		"s":1769860800,"f":1769860800.9876,"ms":1769860800987,"stext":"1769860800","us":1769860800987654,"first":946684800,"last":4102444799999,"year5138":99999999999,"year1973":100000000000,"old":-1,"bad":"yesterday","half":"\ud83d","zone":"2026-01-31T12:00:00+08:00"}`
	for _, c := range []struct{ x, want string }{
		{"$.data.key", "x1-pro/a.bin"},
		{"{path: $.data.o}", `{"a":1}`},
		{"{path: $.data.key, match: '^([a-z0-9-]+)/'}", "x1-pro"},
		{"{path: $.data.key, match: '[a-z]+$'}", "bin"},
		{"{path: $.data.key, match: '(q)?/(a)', default: d}", "d"},
		{"{path: $.data.key, match: '(q)', default: d}", "d"},
		{"{path: $.data.n, match: '\\.\\d+'}", ".50"},
		{"{path: $.data.yes, match: '.'}", "t"},
		{"{path: $.id, match: '4(.)'}", "2"},
		{"{path: $.data.none, default: d}", "d"},
		{"{path: $.data.none, default: 1.50}", "1.50"},
		{"{path: $.data.none, match: x, format: unix, default: 0}", "0"},
		{"{path: $.time, format: unix}", "1769832000"},
		{"{path: $.time, format: unixms}", "1769832000900"},
		{"{path: $.time, format: rfc3339}", "2026-01-31T04:00:00.9Z"},
		{"{path: $.data.t, format: unix}", "1769860800"},
		{"{path: $.data.s, format: unixms}", "1769860800000"},
		{"{path: $.data.f, format: unixms}", "1769860800988"},
		{"{path: $.data.f, format: rfc3339}", "2026-01-31T12:00:00.988Z"},
		{"{path: $.data.ms, format: unix}", "1769860800"},
		{"{path: $.data.ms, format: rfc3339}", "2026-01-31T12:00:00.987Z"},
		{"{path: $.data.stext, format: rfc3339}", "2026-01-31T12:00:00Z"},
		{"{path: $.data.first, format: rfc3339}", "2000-01-01T00:00:00Z"},
		{"{path: $.data.zone, format: rfc3339}", "2026-01-31T04:00:00Z"},
		{"{path: $.data.none, match: x, default: d}", "d"},
		{"{path: $.data.last, format: rfc3339}", "2099-12-31T23:59:59.999Z"},
		{"{path: $.data.t, match: '^(\\S+)T', default: d}", "2026-01-31"},

		{"{path: $.data.half, match: '.'}", "sender LoneSurrogate: ${x}: $.data.half: the text contains half of a surrogate pair"},
		{"{path: $.data.half, format: unix}", "sender LoneSurrogate: ${x}: $.data.half: the text contains half of a surrogate pair"},
		{"{path: $.data.us, format: unix}", "sender PayloadInvalid: ${x}: $.data.us is 1769860800987654: format unix takes a time of RFC 3339"},
		{"{path: $.data.bad, format: unixms, default: d}", `sender PayloadInvalid: ${x}: $.data.bad is "yesterday": format unixms`},
		{"{path: $.data.o, format: unix}", `sender PayloadInvalid: ${x}: $.data.o is {"a":1}: format unix`},
		{"{path: $.data.o, match: a}", `sender PayloadInvalid: ${x}: $.data.o is {"a":1}: match takes text, numbers, true and false`},
		{"{path: $.data.key, match: '(q)'}", `sender PayloadInvalid: ${x}: $.data.key is "x1-pro/a.bin", which does not match (q), and there is no :-fallback`},
		{"{path: $.data.none, match: '(q)'}", `sender PayloadInvalid: ${x}: $.data.none is missing`},
	} {
		t.Run(c.x, func(t *testing.T) {
			rulestest.WantPayload(t, rulestest.Messages(t, "{vars: {x: "+c.x+"}, topic: abc, payload: {template: '${x}'}}", rulestest.Event(t, data)), c.want)
		})
	}
}

// A JSON template has a var's JSON value as received.
func TestVarsAsJSONValues(t *testing.T) {
	rulestest.WantPayload(t, rulestest.Messages(t, `{vars: {a: $.data.a, b: $.data.b}, topic: abc, payload: {template: '[${a}, ${b}]'}}`,
		rulestest.Event(t, `"data":{"a":"\ud83d","b":1.50}`)), `["\ud83d", 1.50]`)
}

func TestVarsWhereTheyAreUsed(t *testing.T) {
	rule := `{each: $.data.list, vars: {id: '@.id', v-1: {path: $.data.n, match: '^\d+'}, o: '$.data.o'},
		topic: 'abc/${id}', payload: {template: '{"id": "${id}", "n": ${v-1}, "o": ${o}, "none": ${o:-1}}'}}`
	rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, `"data":{"n":"12px","o":{"a":"b"},"list":[{"id":"\"7"}]}`)),
		`abc/"7 {"id": "\"7", "n": 12, "o": {"a":"b"}, "none": {"a":"b"}}`)
	rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, `"data":{"n":"px","o":{},"list":[{"id":"7"}]}`)),
		`sender PayloadInvalid: ${v-1}: $.data.n is "px", which does not match ^\d+`)
}
