package pattern

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/parser"
	gocmp "github.com/google/go-cmp/cmp"

	"sendbridge/core/internal/strictyaml"
)

var patternMistakes = []struct {
	pattern string
	want    []string // line:column and a part of the text
}{
	{`source: acs.oss`, []string{`1:9 write ["acs.oss"]`}},
	{`id: 5`, []string{`1:5 write [5]`}},
	{`source: null`, []string{`1:9 write [null]`}},
	{`source:`, []string{`1:9 the value is missing`}},
	{"data:\n  a: x\n  b: [y]\n  c: true\n", []string{`2:6 write ["x"]`, `4:6 write [true]`}},
	{"source:\n  -\n  - a\n", []string{`2:4 the value is missing`}},
	{`[x]`, []string{`1:1 write {source: ["acs.oss"]} instead of [x]`}},
	{`x`, []string{`1:1 instead of x`}},
	{`{}`, []string{`1:1 {} is empty`}},
	{`data: {a: {}}`, []string{`1:11 {} is empty`}},
	{`source: []`, []string{`1:9 [] never matches`}},
	{`source: [a, [b]]`, []string{`1:13 in one list`}},

	{`detail: {a: [1]}`, []string{`1:1 in a CloudEvent the content is under "data"`}},
	{`detail-type: [x]`, []string{`1:1 in a CloudEvent it is "type"`}},
	{`{source: [a], Subject: [b]}`, []string{`1:15 "Subject" is not an attribute`}},
	{`$or: [{source: [a]}]`, []string{`1:1 two or more patterns`}},
	{`$or: {source: [a]}`, []string{`1:1 two or more patterns`}},
	{`data: {$or: [{a: [1]}, b]}`, []string{`1:24 b is not a pattern`}},
	{`$or: [{source: [a]}, {detail: [b]}]`, []string{`1:23 under "data"`}},
	{`data.oss.key: [x]`, []string{`1:1 write the names nested, as in {data: {oss: {key: [x]}}}`}},
	{`data: {oss.key: [x]}`, []string{`1:8 as in {oss: {key: [x]}}, or "oss.key" in quotes`}},
	{`id: [1, 2 3]`, []string{`1:9 write 2, 3`}},
	{`source: {prefix: a}`, []string{`1:9 write a list such as [{prefix: a}]`}},
	{"subject:\n  name: [a]\n", []string{`2:3 attribute "subject" is a single value`}},

	{`data: {a: {prefix: x}}`, []string{`1:12 write [{prefix: x}]`}},
	{`source: {}`, []string{`1:9 write a list such as [{prefix: "a"}]`}},
	{`data: {numeric: []}`, []string{`1:17 [] never matches`}},
	{"data:\n  size:\n    numeric: ['>', 5]\n", []string{`3:5 write [{numeric: [">", 5]}]`}},
	{`data: {a: {anything-but: [x]}}`, []string{`1:12 write [{anything-but: [x]}]`}},
	{`source: [{prefx: a}]`, []string{`1:11 "prefix"`}},
	{`source: [{contains: ""}]`, []string{`1:21 write some text`}},
	{`source: [{}]`, []string{`1:10 {exists: true}`}},
	{"source:\n  - prefix: a\n    sufix: b\n", []string{`3:5 "sufix" is not a matcher`}},

	{`source: [{prefix: 5}]`, []string{`1:19 write "5"`}},
	{`source: [{suffix: ""}]`, []string{`1:19 write some text`}},
	{`source: [{prefix: {equals-ignore-case: ""}}]`, []string{`1:40 write some text`}},
	{`source: [{cidr: ""}]`, []string{`1:17 "" is not a network`}},
	{`source: [{prefix: [a, true]}]`, []string{`1:23 write "true"`}},
	{`source: [{prefix: []}]`, []string{`1:19 [] never matches`}},
	{`source: [{prefix: {suffix: a}}]`, []string{`1:20 write "equals-ignore-case"`}},
	{`source: [{prefix: {}}]`, []string{`1:19 "equals-ignore-case"`}},
	{`source: [{equals-ignore-case: {prefix: a}}]`, []string{`1:31 {prefix: a} is not a value`}},
	{`source: [{wildcard: "a**b"}]`, []string{`1:21 write *`}},
	{`source: [{wildcard: 'a\b'}]`, []string{`1:21 write \\ for a backslash`}},
	{`source: [{cidr: 10.0.0.1}]`, []string{`1:17 write "10.0.0.1/32"`}},
	{`source: [{cidr: "2001:db8::1"}]`, []string{`1:17 write "2001:db8::1/128"`}},
	{`source: [{cidr: 10.0.0.0/33}]`, []string{`1:17 write one such as "10.0.0.0/8"`}},
	{`source: [{exists: yes}]`, []string{`1:19 true or false, not yes`}},
	{`source: [{exists: [true]}]`, []string{`1:19 true or false, not [true]`}},
	{`source: [{exists: false, prefix: a}]`, []string{`1:11 must be the only matcher`}},
	{`source: [{anything-but: []}]`, []string{`1:25 [] never matches`}},
	{`source: [{anything-but: {numeric: ["=", 5]}}]`, []string{`1:26 write "prefix", "suffix", "contains", "wildcard" or "equals-ignore-case"`}},
	{`source: [{anything-but: {prefix: a, suffix: b}}]`, []string{`1:25 must have one name`}},
	{`source: [{anything-but: [{prefix: a}]}]`, []string{`1:26 {prefix: a} is not a value`}},

	{`id: [{numeric: 5}]`, []string{`1:16 write ["=", 5], [">", 0] or [">", 0, "<=", 100]`}},
	{`id: [{numeric: [">"]}]`, []string{`1:16 write ["=", 5]`}},
	{"id:\n  - numeric:\n      a: b\n", []string{`3:7 write ["=", 5]`}},
	{`id: [{numeric: ["==", 5]}]`, []string{`1:17 "==" is not a comparison: write one of "=", ">", ">=", "<" or "<="`}},
	{`id: [{numeric: [">", "5"]}]`, []string{`1:22 not a number; write it without quotes`}},
	{`id: [{numeric: [">", 5, ">", 6]}]`, []string{`1:16 a lower and a higher bound`}},
	{`id: [{numeric: [">", 5, "<=", 5]}]`, []string{`1:16 a lower and a higher bound`}},
	{`id: [{numeric: [">", 6, "<", 5]}]`, []string{`1:16 a lower and a higher bound`}},
	{`id: [{numeric: ["=", 5, "<", 6]}]`, []string{`1:16 a lower and a higher bound`}},

	{`id: [0x10, 1_000, .5, +1, 007, +1e5, 1.]`, []string{`1:6 write 16, or "0x10"`, `1:12 write 1000, or`, `1:19 write 0.5, or`, `1:23 write 1, or`,
		`1:27 write 7, or "007"`, `1:32 write 100000, or`, `1:38 write 1, or`}},
	{`id: [Infinity, nan, 10.0.0.1, 2026-01-31, +Inf, 5]`, []string{`1:43 write "+Inf" for the text`}},
	{`id: [.inf, -.inf, .nan]`, []string{`1:6 write ".inf" for the text`, `1:12 write "-.inf"`, `1:19 write ".nan"`}},
	{`id: [1e99999999999999]`, []string{`1:6 the exponent must not exceed`}},

	{`{id: &a [1], type: *a}`, []string{`1:20 *a: aliases and tags are not supported`}},
	{`source: [!!str 5]`, []string{`1:10 !!str 5: aliases and tags are not supported`}},
	{`data: {<<: {a: [1]}}`, []string{`1:8 <<: merge keys are not supported`}},
	{"? source\n: [a]\n", []string{`1:1 ? is not a name: write names as text`}},
}

func TestPatternMistakes(t *testing.T) {
	for _, c := range patternMistakes {
		p, mistakes := readPattern(t, c.pattern, false)
		if p != nil {
			t.Errorf("%s: no mistake found", c.pattern)
		}
		for i, m := range mistakes {
			where := fmt.Sprintf("%d:%d ", m.Line, m.Column)
			if i < len(c.want) && strings.HasPrefix(c.want[i], where) && strings.Contains(m.Text, c.want[i][len(where):]) && m.File == "rules.yaml" {
				continue
			}
			t.Errorf("%s: unexpected: %s", c.pattern, m)
		}
		if len(mistakes) < len(c.want) {
			t.Errorf("%s: missing: %q", c.pattern, c.want[len(mistakes):])
		}
	}
}

// Duplicate names are mistakes even if the parser is configured to accept them.
func TestPatternDuplicateNames(t *testing.T) {
	file, err := parser.ParseBytes([]byte("source: [a]\ndata: {5: [1], '5': [{prefix: a, prefix: b}]}\nsource: [b]\n"), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		t.Fatal(err)
	}
	m := &strictyaml.Reporter{}
	Compile(file.Docs[0].Body, false, m)
	want := strictyaml.Mistakes{
		{Line: 2, Column: 16, Text: `"5" is given twice: write it once`},
		{Line: 2, Column: 34, Text: `"prefix" is given twice: write it once`},
		{Line: 3, Column: 1, Text: `"source" is given twice: write it once`},
	}
	slices.SortFunc(m.List, func(a, b strictyaml.Mistake) int { return cmp.Compare(a.Line*1000+a.Column, b.Line*1000+b.Column) })
	if diff := gocmp.Diff(want, m.List); diff != "" {
		t.Error(diff)
	}
}

func TestPatternOfElementHasNoAttributes(t *testing.T) {
	if p, mistakes := readPattern(t, `{Labels: {site-id: [x]}, detail: [y]}`, true); p == nil {
		t.Error(mistakes)
	}
}

func TestExplain(t *testing.T) {
	v := patternView(t, "application/json", `{"a": [{"n": 1}], "b": [{"n": 1, "s": "x"}, {"n": 2}], "it's": {"x y": 5}, "long": "`+strings.Repeat("é", 200)+`"}`, nil)
	got := map[string]string{}
	want := map[string]string{
		`{source: [acs.oss], type: [a, "b"], id: [x]}`:       `$.type: wants [a, "b"], has "oss:ObjectCreated:PutObject"`,
		"dataschema:\n  - prefix: a\n    suffix: 'b'\n":      `$.dataschema: wants [{prefix: a, suffix: "b"}], has nothing there`,
		`{data: {a: {n: [{numeric: [">", 1]}]}}}`:            `$.data.a.n: wants [{numeric: [">", 1]}], has 1`,
		`{data: {b: {n: [2], s: [x]}}}`:                      `$.data.b: wants {n: [2], s: [x]}, has [{"n":1,"s":"x"},{"n":2}]`,
		`{data: {"it's": {"x y": [6]}}}`:                     `$.data['it\'s']['x y']: wants [6], has 5`,
		`{data: {long: [x]}}`:                                `$.data.long: wants [x], has "` + strings.Repeat("é", 78) + "…",
		`{id: [` + strings.Repeat("12345, ", 20) + `12345]}`: `$.id: wants [` + strings.Repeat("12345, ", 11) + `1…, has "17"`,
		`{source: [acs.oss]}`:                                ``,
	}
	for p := range want {
		got[p] = mustPattern(t, p, false).Explain(v)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	v = patternView(t, "", "\xff", nil)
	if got, want := mustPattern(t, `data: [x]`, false).Explain(v), `$.data: wants [x], has bytes that are not text`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
