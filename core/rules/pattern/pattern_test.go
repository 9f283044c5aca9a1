package pattern

import (
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/goccy/go-yaml/parser"
	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// patternView returns the view of an event with an attribute of each type.
func patternView(t testing.TB, contentType, data string, extensions map[string]any) *cloudevent.View {
	t.Helper()
	subject := "acs:oss:cn-hangzhou:1:firmware"
	ec := &event.EventContextV1{
		ID: "17", Source: *types.ParseURIRef("acs.oss"), Type: "oss:ObjectCreated:PutObject", Subject: &subject,
		Time:       &types.Timestamp{Time: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)},
		Extensions: extensions,
	}
	if contentType != "" {
		ec.DataContentType = &contentType
	}
	r := &core.Record{Event: event.Event{Context: ec}, Ingress: "http:/in/oss"}
	if data != "" {
		r.Event.DataEncoded = []byte(data)
	}
	v, err := cloudevent.NewView(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// readPattern compiles a pattern from a file of its own.
func readPattern(t testing.TB, text string, element bool) (*Pattern, strictyaml.Mistakes) {
	t.Helper()
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	m := &strictyaml.Reporter{File: "rules.yaml"}
	return Compile(file.Docs[0].Body, element, m), m.List
}

func mustPattern(t testing.TB, text string, element bool) *Pattern {
	t.Helper()
	p, mistakes := readPattern(t, text, element)
	if p == nil {
		t.Fatalf("%s: %v", text, mistakes)
	}
	return p
}

// checkPattern checks Match and Explain for an event.
func checkPattern(t *testing.T, text string, element bool, v *cloudevent.View, want bool) {
	t.Helper()
	p := mustPattern(t, text, element)
	why := p.Explain(v)
	if got := p.Match(v); got != want || (why == "") != want {
		t.Errorf("%s: match = %v, want %v (explain: %q)", text, got, want, why)
	}
}

// A matchCase has patterns that a value matches, and patterns that it does not match.
type matchCase struct {
	value               string
	matches, mismatches []string
}

func TestPatternContent(t *testing.T) {
	for _, c := range []matchCase{
		{`"firmware"`,
			[]string{`["firmware"]`, `[x, firmware]`, `['firmware']`, `[{prefix: firm}]`, `[{suffix: ware}]`, `[{suffix: firmware}]`, `[{exists: true}]`,
				`[{anything-but: x}]`, `[{anything-but: [x, firm]}]`, `[{anything-but: {prefix: soft}}]`, `[{anything-but: 5}]`,
				`[{wildcard: "f*w*e"}]`, `[{equals-ignore-case: FirmWare}]`, `[{equals-ignore-case: [x, FIRMWARE]}]`, `[{prefix: [x, fi]}]`,
				`[{prefix: firm, suffix: ware}]`, `[{prefix: {equals-ignore-case: FIRM}}]`, `[{suffix: {equals-ignore-case: WARE}}]`},
			[]string{`["Firmware"]`, `[firm]`, `[""]`, `[null]`, `[true]`, `[{prefix: ware}]`, `[{suffix: firm}]`, `[{exists: false}]`,
				`[{anything-but: firmware}]`, `[{anything-but: [x, firmware]}]`, `[{anything-but: {prefix: firm}}]`, `[{anything-but: {prefix: [x, firm]}}]`,
				`[{anything-but: {suffix: [x, ware]}}]`, `[{anything-but: {wildcard: "f*"}}]`, `[{anything-but: {equals-ignore-case: FIRMWARE}}]`,
				`[{wildcard: "f*x"}]`, `[{equals-ignore-case: firm}]`, `[{prefix: firm, suffix: x}]`, `[{prefix: x, suffix: ware}]`, `[{numeric: [">", 0]}]`,
				`[{cidr: "0.0.0.0/0"}]`, `[{prefix: {equals-ignore-case: WARE}}]`, `[{prefix: firmwares}]`, `[{prefix: {equals-ignore-case: FIRMWARES}}]`}},
		{`""`,
			[]string{`[""]`, `[{exists: true}]`, `[{anything-but: x}]`, `[{equals-ignore-case: ""}]`, `[{wildcard: "*"}]`, `[{wildcard: ""}]`},
			[]string{`["x"]`, `[null]`, `[0]`, `[false]`, `[{anything-but: ""}]`, `[{anything-but: [null, ""]}]`, `[{suffix: {equals-ignore-case: x}}]`}},
		{`5`,
			[]string{`[5]`, `[5.0]`, `[0.5e1]`, `[50e-1]`, `["5", 5]`, `[{numeric: ["=", 5]}]`, `[{numeric: [">", 4, "<", 6]}]`, `[{numeric: ["<=", 5, ">=", 5]}]`,
				`[{anything-but: 6}]`, `[{anything-but: "5"}]`, `[{anything-but: {prefix: "5"}}]`, `[{exists: true}]`, `[{anything-but: 6, numeric: ["<", 6]}]`},
			[]string{`["5"]`, `[-5]`, `[5.1]`, `[500]`, `[{numeric: [">", 5]}]`, `[{numeric: ["<", 5]}]`, `[{numeric: ["=", 4]}]`, `[{numeric: [">", 5, "<=", 6]}]`,
				`[{numeric: [">=", 4, "<", 5]}]`, `[{anything-but: 5}]`, `[{anything-but: [1, 5.00]}]`, `[{prefix: "5"}]`, `[{wildcard: "*"}]`, `[{equals-ignore-case: "5"}]`,
				`[{anything-but: 5, numeric: ["<", 6]}]`}},
		{`9007199254740993`, []string{`[9007199254740993]`, `[{numeric: [">", 9007199254740992]}]`}, []string{`[9007199254740992]`, `[9007199254740993.1]`}},
		{`-0.0`, []string{`[0]`, `[-0]`, `[0e9]`, `[{numeric: ["<=", 0]}]`}, []string{`[{numeric: ["<", 0]}]`}},
		{`1e999999999999999999999`, []string{`[{numeric: [">", 1e400]}]`, `[{anything-but: 1}]`}, []string{`[1]`, `[{numeric: ["<", 0]}]`}},
		{`true`, []string{`[true]`, `[TRUE]`, `[{anything-but: false}]`, `[{exists: true}]`}, []string{`["true"]`, `[false]`, `[1]`, `[{anything-but: true}]`, `[{prefix: t}]`}},
		{`false`, []string{`[false]`}, []string{`[true]`, `[null]`, `[0]`, `[""]`}},
		{`null`, []string{`[null]`, `[~]`, `[{exists: true}]`, `[{anything-but: x}]`}, []string{`[""]`, `[0]`, `[false]`, `["null"]`, `[{exists: false}]`, `[{anything-but: null}]`}},
		{`"null"`, []string{`["null"]`}, []string{`[null]`}},
		{`"10.1.2.3"`, []string{`[{cidr: 10.0.0.0/8}]`, `[{cidr: [192.168.0.0/16, 10.1.2.3/32]}]`, `[{cidr: 0.0.0.0/0}]`},
			[]string{`[{cidr: 10.1.2.2/32}]`, `[{cidr: "::/0"}]`}},
		{`"::ffff:10.1.2.3"`, []string{`[{cidr: 10.0.0.0/8}]`}, []string{`[{cidr: 11.0.0.0/8}]`}},
		{`"2001:db8::1"`, []string{`[{cidr: "2001:db8::/32"}]`}, []string{`[{cidr: "2001:db9::/32"}]`, `[{cidr: 0.0.0.0/0}]`}},
		{`"fe80::1%eth0"`, nil, []string{`[{cidr: "fe80::/10"}]`}},
		{`"10.1.2"`, nil, []string{`[{cidr: 10.0.0.0/8}]`}},
		{`"\u00e9\ud83d\ude00\"\\"`, []string{`["é😀\"\\"]`, `[{suffix: "\\"}]`}, []string{`['\u00e9']`}},
		{`"\u212aelvin \u212b"`, []string{`[{equals-ignore-case: "kelvin å"}]`, `[{prefix: {equals-ignore-case: kel}}]`, `[{suffix: {equals-ignore-case: n å}}]`},
			[]string{`[{prefix: kel}]`, `[{prefix: {equals-ignore-case: kelt}}]`, `[{suffix: {equals-ignore-case: m å}}]`}},
		{`"true"`, []string{`["true"]`}, []string{`[true]`}},
	} {
		v := patternView(t, "application/json", `{"x": `+c.value+`}`, nil)
		for _, p := range c.matches {
			checkPattern(t, `{data: {x: `+p+`}}`, false, v, true)
		}
		for _, p := range c.mismatches {
			checkPattern(t, `{data: {x: `+p+`}}`, false, v, false)
		}
	}
}

func TestPatternStructure(t *testing.T) {
	for _, c := range []matchCase{
		{`{"a": 1, "b": {"c": "x", "d": null}}`,
			[]string{`{a: [1], b: {c: [x]}}`, `{b: {d: [null]}}`, `{b: [{exists: true}]}`, `{z: [{exists: false}]}`, `{b: {z: [{exists: false}]}}`,
				`{z: {y: [{exists: false}]}}`, `{a: {y: [{exists: false}]}}`, `{z: [x, {exists: false}]}`},
			[]string{`{a: [2], b: {c: [x]}}`, `{a: [1], b: {c: [y]}}`, `{a: [1], b: {z: [x]}}`, `{z: [null]}`, `{z: [{anything-but: x}]}`, `{z: [{exists: true}]}`,
				`{b: [{exists: false}]}`, `{b: [{anything-but: x}]}`, `{b: [null]}`, `{a: {c: [1]}}`, `{b: {c: {d: [x]}}}`}},
		{`{"a": [1, "x", null, [2, [[3]]], {"b": 4}]}`,
			[]string{`{a: [1]}`, `{a: [x]}`, `{a: [null]}`, `{a: [2]}`, `{a: [3]}`, `{a: {b: [4]}}`, `{a: [{anything-but: 1}]}`, `{a: [{exists: true}]}`,
				`{a: [{anything-but: 1, numeric: [">", 0]}]}`},
			[]string{`{a: [4]}`, `{a: [y]}`, `{a: [{exists: false}]}`, `{a: [{anything-but: [1, x, null, 2, 3]}]}`, `{a: {b: [5]}}`,
				`{a: [{numeric: ["=", 1], anything-but: 1}]}`}},
		{`{"a": [], "b": [[], [[]]]}`,
			[]string{`{a: [{exists: true}]}`, `{b: [{exists: true}]}`, `{a: {b: [{exists: false}]}}`, `{b: {c: [{exists: false}]}}`},
			[]string{`{a: [{exists: false}]}`, `{a: [{anything-but: x}]}`, `{a: [null]}`, `{a: {b: [{exists: true}]}}`, `{a: {b: [{exists: false}], c: [1]}}`}},
		{`{"a": [{"n": 1}, {"s": "x", "deep": [{"m": 1}, {}]}, 5]}`,
			[]string{`{a: {z: [{exists: false}]}}`, `{a: {s: [x], z: [{exists: false}]}}`, `{a: {deep: {z: [{exists: false}]}}}`, `{a: {n: [1, {exists: false}]}}`,
				`{$or: [{a: [6]}, {a: {n: [1]}}]}`, `{a: {$or: [{n: [2]}, {s: [x]}]}}`, `{a: {$or: [{n: [{exists: false}]}, {$or: [{s: [y]}, {n: [1]}]}]}}`,
				`{a: {s: [{contains: x}]}}`},
			[]string{`{a: {n: [{exists: false}]}}`, `{a: {s: [x], n: [{exists: false}]}}`, `{a: {deep: {m: [{exists: false}]}}}`, `{a: {n: [2, {exists: false}]}}`,
				`{$or: [{a: [6]}, {a: {n: [2]}}]}`, `{a: {$or: [{n: [{exists: false}]}, {s: [y]}]}}`, `{a: {n: [1], $or: [{s: [x]}, {s: [y]}]}}`,
				`{a: {s: [{contains: y}]}}`, `{a: {s: [{anything-but: {contains: [x, y]}}]}}`}},
		{`{"a": [{"n": 1, "s": "x"}, [{"n": 2, "s": "y"}]]}`,
			[]string{`{a: {n: [1], s: [x]}}`, `{a: {n: [2], s: [y]}}`, `{a: {n: [1, 2]}}`, `{a: {s: [{exists: true}]}}`},
			[]string{`{a: {n: [1], s: [y]}}`, `{a: {n: [2], s: [x]}}`, `{a: {n: [{exists: false}]}}`}},
		{`{"a.b": 1, "*": 2, "@this": 3, "c|d": 4, "#": 5, "": 6, "e\"\\": 7, "\u00e9": 8, "5": 9, "true": 10, "$schema": 11}`,
			[]string{`{"a.b": [1], "*": [2], "@this": [3], "c|d": [4], "#": [5], "": [6], "e\"\\": [7], é: [8], 5: [9], true: [10], $schema: [11]}`},
			[]string{`{a: {b: [1]}}`, `{"?": [2]}`, `{"@valid": [3]}`, `{"c*": [4]}`}},
		{`{"a": 1, "a": 2}`, []string{`{a: [1]}`}, []string{`{a: [2]}`}},
		{`[{"a": 1}, {"a": 2, "b": "}]"}]`, []string{`{a: [2]}`, `{b: ["}]"]}`}, []string{`{a: [3]}`}},
		{`[1, "x"]`, []string{`[x]`, `{a: [{exists: false}]}`}, []string{`[y]`, `{a: [1]}`}},
		{`"text"`, []string{`[text]`, `{a: [{exists: false}]}`}, []string{`{a: [text]}`}},
		{` 5 `, []string{`[5]`}, []string{`["5"]`}},
		{`null`, []string{`[null]`, `[{exists: true}]`}, []string{`[{exists: false}]`}},
	} {
		v := patternView(t, "application/json", c.value, nil)
		v.Element = gjson.Parse(c.value)
		for _, p := range c.matches {
			checkPattern(t, `data: `+p, false, v, true)
			if p[0] == '{' {
				checkPattern(t, p, true, v, true)
			}
		}
		for _, p := range c.mismatches {
			checkPattern(t, `data: `+p, false, v, false)
			if p[0] == '{' {
				checkPattern(t, p, true, v, false)
			}
		}
	}
}

func TestPatternAttributes(t *testing.T) {
	v := patternView(t, "", "", map[string]any{"n": int32(300), "b": true, "text": "3e2", "word": "null"})
	for p, want := range map[string]bool{
		`{source: [acs.oss], type: [{prefix: "oss:ObjectCreated:"}]}`: true,
		`{source: [acs.oss], type: [{prefix: "oss:ObjectRemoved:"}]}`: false,
		`{source: [acs.oss, acs.mns]}`:                                true,
		`{id: [17]}`:                                                  true,
		`{id: ["17"]}`:                                                true,
		`{id: ["17.0"]}`:                                              false,
		`{id: [17.0]}`:                                                true,
		`{id: [{numeric: ["<", 18]}]}`:                                true,
		`{id: [{anything-but: 17}]}`:                                  false,
		`{n: [300], text: [300]}`:                                     true,
		`{n: [3e2], text: ["3e2"]}`:                                   true,
		`{n: ["3e2"]}`:                                                false,
		`{b: [true]}`:                                                 true,
		`{b: ["true"]}`:                                               true,
		`{b: [false]}`:                                                false,
		`{word: ["null"]}`:                                            true,
		`{word: [null]}`:                                              false,
		`{type: [{numeric: [">", 0]}]}`:                               false,
		`{time: ["2026-01-31T12:00:00Z"]}`:                            true,
		`{time: [{prefix: "2026-01-31"}]}`:                            true,
		`{specversion: ["1.0"]}`:                                      true,
		`{specversion: [1.00]}`:                                       true,
		`{subject: [{wildcard: "acs:oss:*:firmware"}]}`:               true,
		`{sendbridgeingress: ["http:/in/oss"]}`:                       true,
		`{sendbridgeingress: [{exists: false}]}`:                      false,
		`{datacontenttype: [{exists: false}]}`:                        true,
		`{dataschema: [{exists: true}]}`:                              false,
		`{nosuch: [{exists: false}], data: [{exists: false}]}`:        true,
		`{nosuch: [{anything-but: x}]}`:                               false,
		`{data: {a: [{exists: false}]}}`:                              true,
		`{data: [{anything-but: x}]}`:                                 false,
	} {
		checkPattern(t, p, false, v, want)
	}
}

func TestPatternData(t *testing.T) {
	for _, c := range []struct {
		contentType, data string
		matchCase
	}{
		{"text/plain", "5", matchCase{"", []string{`["5"]`, `[{prefix: "5"}]`, `{a: [{exists: false}]}`}, []string{`[5]`, `[{numeric: [">", 0]}]`, `{a: ["5"]}`}}},
		{"text/plain", `{"a": 1}`, matchCase{"", []string{`[{suffix: "}"}]`}, []string{`{a: [1]}`}}},
		{"", "plain words", matchCase{"", []string{`[plain words]`, `[{exists: true}]`}, []string{`[{exists: false}]`}}},
		{"application/octet-stream", "\xff\xfe", matchCase{"", []string{`[{exists: true}]`, `{a: [{exists: false}]}`},
			[]string{`[{exists: false}]`, `[{anything-but: x}]`, `[""]`, `[{wildcard: "*"}]`, `[{anything-but: {prefix: x}}]`}}},
	} {
		v := patternView(t, c.contentType, c.data, nil)
		for _, p := range c.matches {
			checkPattern(t, `data: `+p, false, v, true)
		}
		for _, p := range c.mismatches {
			checkPattern(t, `data: `+p, false, v, false)
		}
	}
}
