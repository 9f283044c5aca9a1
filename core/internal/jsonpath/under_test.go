package jsonpath

import (
	"strings"
	"testing"

	"sendbridge/core/cloudevent"
)

// Under decides which paths a warning or a key speaks of: whole names, from the top of the event.
func TestUnder(t *testing.T) {
	for _, c := range []struct {
		path  string
		names string
		want  bool
	}{
		{"$.data.a", "data a", true},
		{"$.data.a.b", "data a", true},
		{"$.data.a[0]", "data a", true},
		{"$.data", "data", true},
		{"$.data", "data a", false},
		{"$.data.b", "data a", false},
		{"$.data.b.a", "data a", false},
		{"$.data[0]", "data a", false},
		{"$.data[0].a", "data a", false},
		{"$.data[0]", "data ", false}, // an index has no name, not an empty one
		{"@.data.a", "data a", false},
		{"@.a", "a", false},
	} {
		p, err := ParsePath(c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Under(strings.Split(c.names, " ")); got != c.want {
			t.Errorf("%s under %s: %v", c.path, c.names, got)
		}
	}
}

// A name that is there twice on the way to a value is reported by its own path, indexes included.
func TestANameThatIsTwiceOnTheWayIsNamed(t *testing.T) {
	for data, c := range map[string]struct{ path, want string }{
		`{"a":[7,{"b":1,"b":2}]}`:       {"$.data.a[1].b", `$.data.a[1].b`},
		`[{"b c":{"d":1,"d":2,"e":3}}]`: {"$.data[0]['b c'].e", `$.data[0]['b c'].d`},
		`{"a":1,"a":2}`:                 {"$.data.b.c.d", "$.data.a"},
	} {
		r := record(t, data)
		v, err := cloudevent.NewView(&r)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParsePath(c.path)
		if err != nil {
			t.Fatal(err)
		}
		p.Find(v)
		if err := v.TakeDistrust(); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.want+".") {
			t.Errorf("%s in %s: %v, want %s", c.path, data, err, c.want)
		}
	}
}

// Data that is text has a value, and nothing inside it.
func TestPathsIntoDataThatIsText(t *testing.T) {
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/test","type":"test","datacontenttype":"text/plain","data":"hello"}`))
	if err != nil {
		t.Fatal(err)
	}
	r := record(t, "1")
	r.Event = e
	v, err := cloudevent.NewView(&r)
	if err != nil {
		t.Fatal(err)
	}
	for path, found := range map[string]bool{"$.data": true, "$.data.a": false, "$.data[0]": false} {
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Find(v).Kind != cloudevent.Missing; got != found {
			t.Errorf("%s: found %v", path, got)
		}
	}
}

// Names of a path have letters, digits and _ without quotes; each range is tried at its ends and beside them.
func TestNamesWithoutQuotes(t *testing.T) {
	for name, want := range map[string]string{
		"a": "$.a", "z": "$.z", "A": "$.A", "Z": "$.Z", "a0": "$.a0", "a9": "$.a9", "_": "$._", "größe": "$.größe", "\u0080": "$.\u0080",
		"": "$['']", "0": "$['0']", "9a": "$['9a']", "a-b": "$['a-b']", "a/": "$['a/']", "a:": "$['a:']", "a@": "$['a@']", "a[": "$['a[']", "a`": "$['a`']", "a{": "$['a{']", "a\x7f": "$['a\x7f']",
		"it's": `$['it\'s']`, `a\b`: `$['a\\b']`,
	} {
		if got := MemberPath("$", name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
