package pattern

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{
		`{"subject": ["a", 5, true, null], "data": {"a": [{"prefix": "x", "suffix": "y"}], "b": {"c": [{"numeric": [">", 0, "<=", 5e3]}]}}}`,
		`{"data": {"a": [{"anything-but": ["x", 5]}, {"anything-but": {"wildcard": "a*\\**"}}], "": [{"exists": false}]}}`,
		`{"subject": [{"cidr": ["10.0.0.0/8", "::/0"]}], "data": [{"equals-ignore-case": "x"}, {"prefix": {"equals-ignore-case": "é"}}]}`,
		"type: &x [a]\ndata:\n  a:\n    - prefix: 'x'\n      exists: false\n    - 0x10\n  <<: *x\n",
		`{"a": [{"b": 1}]}`,
		`{"$or": [{"subject": [{"contains": "x"}]}, {"data": {"b": {"$or": [{"c": [1]}, {"d": [{"exists": false}]}]}}}]}`,
		`{"data": {"b": {"z": [{"exists": false}], "c": [{"anything-but": {"contains": ["x"]}}, {"exists": false}]}}}`,
		"data:\n  a.b: [1 2]\n  $or: [{a: [1e3]}]\n",
	} {
		f.Add(pattern, "10.1.2.3", `{"a": ["xy", 5], "b": [{"c": 5000}, {"c": []}], "a": null}`)
		f.Add(pattern, "5.0", `"text"`)
	}
	f.Fuzz(func(t *testing.T, text, subject, data string) {
		body := parseOrSkip(t, text)
		v, err := cloudevent.NewView(&core.Record{Event: event.Event{Context: &event.EventContextV1{Subject: &subject}, DataEncoded: []byte(data)}})
		if err != nil {
			t.Fatal(err)
		}
		v.Element = v.Data.JSON
		if v.Data.Kind != cloudevent.JSON {
			v.Element = gjson.Parse("null")
		}
		for _, element := range []bool{false, true} {
			m := &strictyaml.Reporter{File: "rules.yaml"}
			p := Compile(body, element, m)
			if (p == nil) != (len(m.List) > 0) {
				t.Fatalf("%s: compiled: %v, mistakes: %v", text, p != nil, m.List)
			}
			for _, mistake := range m.List {
				if mistake.Line < 1 || mistake.Column < 1 || mistake.Text == "" {
					t.Fatalf("%s: mistake %+v", text, mistake)
				}
			}
			if p != nil {
				fuzzMatch(t, p, v, text, subject)
			}
		}
	})
}

// parseOrSkip skips texts that the YAML parser rejects.
func parseOrSkip(t *testing.T, text string) ast.Node {
	defer func() {
		if p := recover(); p != nil {
			t.Skip("the parser panicked:", p)
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		t.Skip("not YAML")
	}
	return file.Docs[0].Body
}

func fuzzMatch(t *testing.T, p *Pattern, v *cloudevent.View, text, subject string) {
	match, why := p.Match(v), p.Explain(v)
	if match != (why == "") {
		t.Fatalf("%s: match is %v, explain says %q", text, match, why)
	}
	got := map[string]any{}
	data := v.Data.JSON.Raw
	if p.element {
		data = v.Element.Raw
	}
	// The reference decodes the pattern as JSON, and would expand huge exponents.
	if huge := regexp.MustCompile(`[eE][+-]?[0-9]{4}`); !json.Valid([]byte(text)) || data == "" || huge.MatchString(text+data+subject) {
		return
	}
	want, err := refDecode(text)
	if err != nil {
		t.Fatal(err)
	}
	content, err := refDecode(data)
	if err != nil {
		t.Fatal(err)
	}
	if p.element {
		if expected := refMatch(want, content); match != expected {
			t.Fatalf("%s on %s: match %v, reference %v", text, data, match, expected)
		}
		return
	}
	got["data"], got["specversion"] = content, refText("1.0")
	if subject != "" {
		got["subject"] = refText(subject)
	}
	if expected := refMatch(want, got); match != expected {
		t.Fatalf("%s on subject %q, data %s: match %v, reference %v", text, subject, data, match, expected)
	}
}
