package jsonpath

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

func TestParsePath(t *testing.T) {
	name := func(s string) segment { return segment{Name: s, index: -1} }
	for text, want := range map[string][]segment{
		"$.subject":                 {name("subject")},
		"$.data":                    {name("data")},
		"$.data.items[0].id":        {name("data"), name("items"), {index: 0}, name("id")},
		"$.data['a.b']":             {name("data"), name("a.b")},
		`$["data"]["it's"]`:         {name("data"), name("it's")},
		`$.data['it\'s']`:           {name("data"), name("it's")},
		`$.data['\u00e9\n\\']`:      {name("data"), name("é\n\\")},
		"$.data['*']['@this']":      {name("data"), name("*"), name("@this")},
		"$.data.größe":              {name("data"), name("größe")},
		"$.data[12]":                {name("data"), {index: 12}},
		"@":                         nil,
		"@.labels['a]b'].x_1":       {name("labels"), name("a]b"), name("x_1")},
		"@[3]":                      {{index: 3}},
		"$.sendbridgeingress":       {name("sendbridgeingress")},
		"$.data['']":                {name("data"), name("")},
		`$.data["\"quoted\"\/etc"]`: {name("data"), name(`"quoted"/etc`)},
	} {
		p, err := ParsePath(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, p.Segments, cmp.AllowUnexported(segment{})); diff != "" || p.Text != text {
			t.Errorf("%s: text %q, segments %s", text, p.Text, diff)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "must start with $",
		"data.id":            "must start with $",
		"$":                  "name an attribute or data",
		"$[0]":               "$.data[0]",
		"$.detail.x":         `under "data"`,
		"$['detail-type']":   `it is "type"`,
		"$.Subject":          "consist of a-z and 0-9",
		"$.subject.x":        "single value",
		"$.data.*":           "a name after a dot consists",
		"$.data[*]":          "wildcards are not supported",
		"$.data[-1]":         "whole number from 0",
		"$.data[01]":         "whole number from 0",
		"$.data[0":           "whole number from 0",
		"$.data.0":           "indexes as [0]",
		"$.data.a-b":         "['a-b']",
		"$.data['a":          "missing closing '",
		"$.data['a'":         "missing ]",
		`$.data['\x41']`:     "unknown escape",
		"$..data":            `path "$..data": .: a name after a dot consists`,
		"$.data[":            "whole number from 0",
		`$.data['a\`:         "unknown escape",
		`$.data["`:           "missing closing",
		"$.data[?@.a]":       "wildcards are not supported",
		"$.data[0:1]":        "wildcards are not supported",
		"$.data.items | x":   `" | x" after`,
		"$.data['a']['b']}}": `"}}" after`,
	} {
		_, err := ParsePath(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", text, err, want)
		}
	}
}

// gjson's own path syntax has wildcards, modifiers and escapes. Names that look like them must find only themselves.
func TestFindComparesWholeNames(t *testing.T) {
	r := record(t, `{"a*":1,"a":{"b":2},"a.b":3,"@this":4,"#":5,"dup":6,"dup":7,"":8,"\u0061z":9,"list":[[10,11],12]}`)
	v, err := cloudevent.NewView(&r)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"$.data['a*']": "1", "$.data.a.b": "2", "$.data['a.b']": "3", "$.data['@this']": "4", "$.data['#']": "5",
		"$.data.dup": "6", "$.data['']": "8", "$.data.az": "9", "$.data.list[0][1]": "11", "$.data.list[1]": "12",
		"$.data['?']": "", "$.data.list[2]": "", "$.data.list.a": "", "$.data.a[0]": "", "$.data['a|b']": "", "$.subject": "",
	} {
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Find(v); got.JSON.Raw != want || (got.Kind == cloudevent.Missing) != (want == "") {
			t.Errorf("%s: got %q of kind %d, want %q", path, got.JSON.Raw, got.Kind, want)
		}
	}
}

// record returns an event with JSON data.
func record(t testing.TB, data string) core.Record {
	t.Helper()
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/test","type":"test","data":` + data + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return core.Record{Event: e, Ingress: "http:/"}
}
