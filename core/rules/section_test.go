package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/rules"
	"sendbridge/core/rules/template"
)

// A guest has the values of a section as another package could define it.
type guest struct {
	Color string
	On    bool
	Names []string
	Only  string
	Text  *template.BodyText
	Order []string
}

func guestSection(into *guest) rules.Section {
	return rules.Section{Name: "guest", Read: func(n strictyaml.Node) {
		f := n.Fields("a guest", "color", "on", "names", "only", "text", "order")
		if v, ok := f["color"]; ok {
			into.Color = v.Word("color", "red", "green")
		}
		if v, ok := f["on"]; ok {
			into.On = v.Bool("on")
		}
		if v, ok := f["names"]; ok {
			into.Names = v.Texts("names")
		}
		if v, ok := f["only"]; ok {
			if e, ok := v.OnlyEntry("header", "query"); ok {
				into.Only = e.Name + "=" + e.Value.Text(e.Name)
			}
		}
		if v, ok := f["text"]; ok {
			into.Text = template.ReadBodyText(v, "text")
		}
		if v, ok := f["order"]; ok {
			if !v.IsMapping() {
				v.Mistake("order is %s", v.Kind())
			}
			for _, e := range v.Entries() {
				if into.Order = append(into.Order, e.Name); e.Name == "bad" {
					e.Key.Mistake("bad is not good")
				}
			}
		}
	}}
}

const oneRule = "rules: [{topic: abc, payload: original}]\n"

func TestSections(t *testing.T) {
	var g guest
	list, err := rules.Parse("f.yaml", []byte(oneRule+`
guest:
  color: green
  on: true
  names: [a, "b"]
  only: {query: q}
  text: x-${$.a}
  order: {z: 1, a: 2}
`), guestSection(&g))
	if err != nil || list.Len() != 1 {
		t.Fatal(list, err)
	}
	if text, err := g.Text.Render(`{"a":"y"}`, nil); text != "x-y" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	g.Text = nil
	if diff := cmp.Diff(guest{Color: "green", On: true, Names: []string{"a", "b"}, Only: "query=q", Order: []string{"z", "a"}}, g); diff != "" {
		t.Error(diff)
	}
}

// The mistakes of sections are sorted among those of the rules, and make the file invalid.
func TestMistakesInSections(t *testing.T) {
	for _, c := range []struct {
		file string
		want []string
	}{
		{"guest: {color: gren}\nrules: [{topic: abc}]", []string{`1:16: color "gren" is not known: did you mean "green"? write one of red, green`, "2:9: payload is missing"}},
		{oneRule + "guest: {on: yes, names: [5, a, 6]}", []string{"2:13: on must be true or false, not text", "2:26: names must be text, not a number", "2:32: names must be text"}},
		{oneRule + "guest: {colour: 5}", []string{`2:9: "colour" is not a key of a guest: did you mean "color"? write one of color, on, `, "2:17: color must be text, not a number"}},
		{oneRule + "guest: {only: x, order: []}", []string{`2:15: x must be a mapping with one key: "header" or "query"`, "2:25: order is a list"}},
		{oneRule + "guest: {only: {heder: x}, text: ''}", []string{`2:16: "heder" is not allowed here: write "header" or "query"`, "2:33: text is empty"}},
		{oneRule + "guest: {order:\n  {good: 1, bad: 2}}", []string{"3:13: bad is not good"}},
		{oneRule + "guest: 5", []string{"2:8: a guest must be a mapping of keys to values, not a number"}},
		{oneRule + "guess: {color: blue}", []string{`2:1: "guess" is not a key of the file: did you mean "guest"? write one of rules, guest`, `2:16: color "blue" is not known`}},
	} {
		var g guest
		list, err := rules.Parse("f.yaml", []byte(c.file), guestSection(&g))
		var got strictyaml.Mistakes
		if !errors.As(err, &got) || list != nil || len(got) != len(c.want) {
			t.Errorf("%s\n%v\nwant %q", c.file, err, c.want)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(got[i].Error(), "f.yaml:"+want) {
				t.Errorf("%s\n%v\nwant %s", c.file, got[i], want)
			}
		}
	}
}

func TestSectionsThatAFileHasNot(t *testing.T) {
	read := false
	if _, err := rules.Parse("f.yaml", []byte(oneRule), rules.Section{Name: "guest", Read: func(strictyaml.Node) { read = true }}); err != nil || read {
		t.Errorf("%v; read: %t", err, read)
	}
	wantMistakes(t, oneRule+"guest: {}", []string{`2:1: "guest" is not a key of the file: write rules`})
}
