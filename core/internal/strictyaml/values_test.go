package strictyaml

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sendbridge/core/internal/scalar"
)

// read parses one document for a test and returns its root with the Reporter that collects its mistakes.
func read(t *testing.T, yaml string) (Node, *Reporter) {
	t.Helper()
	m := &Reporter{File: "f"}
	n := ParseYAML([]byte(yaml), "write rules", m)
	if n == nil {
		t.Fatalf("%q: %v", yaml, m.List)
	}
	return NewNode(n, m), m
}

// said is what was noted, one mistake a line, without the file's name.
func (m *Reporter) said() string {
	return strings.ReplaceAll(m.List.Error(), "f:", "")
}

// A constant is text as it is, or JSON with the file's order and digits.
func TestConstants(t *testing.T) {
	for yaml, want := range map[string]string{
		"hello": "hello", `"1"`: "1", "1.50": "1.50", "1e3": "1e3", "true": "true", "|\n  a\n  b\n": "a\nb\n",
		"[]": "[]", "{}": "{}", "[1]": "[1]", "[1, a, null]": `[1,"a",null]`, "{b: 1, a: {c: [x, 2]}}": `{"b":1,"a":{"c":["x",2]}}`,
	} {
		n, m := read(t, yaml)
		if got := CompileConstant(n.Node, m); got != want || len(m.List) > 0 {
			t.Errorf("%q: %s, want %s; %s", yaml, got, want, m.said())
		}
	}
	n, m := read(t, "null")
	if got := CompileConstant(n.Node, m); got != "" || m.said() != "1:1: constant is null: write what to send, text or JSON" {
		t.Errorf("null: %q, %s", got, m.said())
	}
}

// YAML reads more as numbers than JSON has, and some of JSON's as text.
func TestLiterals(t *testing.T) {
	for yaml, want := range map[string]scalar.Scalar{
		"a": {Kind: scalar.String, Text: "a"}, `"1"`: {Kind: scalar.String, Text: "1"}, "'1 2'": {Kind: scalar.String, Text: "1 2"}, "1 a": {Kind: scalar.String, Text: "1 a"}, "1\u00a0": {Kind: scalar.String, Text: "1\u00a0"},
		"true": {Kind: scalar.Keyword, Text: "true"}, "null": {Kind: scalar.Keyword, Text: "null"}, "~": {Kind: scalar.Keyword, Text: "null"},
		"1": {Kind: scalar.Number, Text: "1"}, "-0.50": {Kind: scalar.Number, Text: "-0.50"}, "1e5": {Kind: scalar.Number, Text: "1e5"}, "nan": {Kind: scalar.String, Text: "nan"}, "inf": {Kind: scalar.String, Text: "inf"},
		"1e999999999999": {Kind: scalar.Number, Text: "1e999999999999"}, "1e-999999999999": {Kind: scalar.Number, Text: "1e-999999999999"},
		// The limit is that of the number with its point before the first digit: 1e-1000000000001 is 0.1 × 10^-1000000000000.
		"1e-1000000000001": {Kind: scalar.Number, Text: "1e-1000000000001"},
	} {
		n, m := read(t, yaml)
		if got := Literal(n.Node, m); got != want || len(m.List) > 0 {
			t.Errorf("%q: %+v, want %+v; %s", yaml, got, want, m.said())
		}
	}
	for yaml, want := range map[string]string{
		"0x10":             `0x10 is not a JSON number: write 16, or "0x10" for the text`,
		"+1":               `+1 is not a JSON number: write 1, or "+1" for the text`,
		".5":               `.5 is not a JSON number: write 0.5, or ".5" for the text`,
		".25":              `.25 is not a JSON number: write 0.25, or ".25" for the text`,
		"+1.25e1":          `+1.25e1 is not a JSON number: write 12.5, or "+1.25e1" for the text`,
		"+125e1":           `+125e1 is not a JSON number: write 1250, or "+125e1" for the text`,
		".inf":             `.inf is not a JSON number: write ".inf" for the text`,
		".nan":             `.nan is not a JSON number: write ".nan" for the text`,
		"1 2":              `1 2 is one text, because the commas are missing: write 1, 2, or "1 2" for the text`,
		"1e1000000000000":  "the exponent must not exceed 1000000000000",
		"1e-1000000000002": "the exponent must not exceed 1000000000000",
		"{a: 1}":           "{a: 1} is not a value: write a string, a number, true, false or null",
	} {
		n, m := read(t, yaml)
		if got := Literal(n.Node, m); got != (scalar.Scalar{}) || !strings.HasSuffix(m.said(), want) || !strings.HasPrefix(m.said(), "1:1: ") {
			t.Errorf("%q: %+v, %s", yaml, got, m.said())
		}
	}
	n, m := read(t, "a:\n")
	Literal(n.Entries()[0].Value.Node, m)
	if !strings.HasSuffix(m.said(), `the value is missing: write a value such as "" or null`) {
		t.Error(m.said())
	}
}

// Each method reads what the value should be; where it is something else, the mistake has its place and its kind.
func TestNodesAreReadAsWhatTheyShouldBe(t *testing.T) {
	const yaml = "text: a\nblock: |\n  b\nnumber: 1\nswitch: true\nnothing: null\nlist: [a, b]\nmapping: {k: v}\n"
	kinds := map[string]string{"text": "text", "block": "text", "number": "a number", "switch": "true or false", "nothing": "null", "list": "a list", "mapping": "a mapping"}
	for name, kind := range kinds {
		root, m := read(t, yaml)
		fields := root.Fields("file", "text", "block", "number", "switch", "nothing", "list", "mapping")
		n := fields[name]
		if len(fields) != 7 || n.Kind() != kind || n.IsList() != (kind == "a list") || n.IsMapping() != (kind == "a mapping") || (len(n.Entries()) == 1) != (kind == "a mapping") {
			t.Errorf("%s: %q, list %v, mapping %v", name, n.Kind(), n.IsList(), n.IsMapping())
		}
		if text := n.Text("it"); (text != "") != (kind == "text") {
			t.Errorf("%s as text: %q", name, text)
		}
		if on := n.Bool("it"); on != (kind == "true or false") {
			t.Errorf("%s as a boolean: %v", name, on)
		}
		if n.Fields("it", "k") == nil != (kind != "a mapping") {
			t.Errorf("%s as a mapping", name)
		}
		said := m.said()
		for right, want := range map[string]string{"text": "it must be text, not ", "true or false": "it must be true or false, not ", "a mapping": "it must be a mapping of keys to values, not "} {
			if strings.Contains(said, want+kind) != (kind != right) {
				t.Errorf("%s: %s", name, said)
			}
		}
	}
}

func TestListsOfTexts(t *testing.T) {
	for yaml, want := range map[string]string{
		"a": "a", "[a]": "a", "[a, b]": "a b", "[]": "; 1:1: [] never matches: write at least one value, or leave the name out",
		"[a, 1]": "a; 1:5: it must be text, not a number: put it in quotes", "[a, *x, b]": "a b; 1:5: *x: aliases and tags are not supported: write the value itself",
	} {
		n, m := read(t, yaml)
		got := strings.Join(n.Texts("it"), " ")
		if len(m.List) > 0 {
			got += "; " + m.said()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", yaml, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for yaml, want := range map[string]string{"drop": "drop", "dorp": `; 1:1: it "dorp" is not known: did you mean "drop"? write one of drop, reject`, "1": "; 1:1: it must be text, not a number: put it in quotes"} {
		n, m := read(t, yaml)
		got := n.Word("it", "drop", "reject")
		if len(m.List) > 0 {
			got += "; " + m.said()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", yaml, got, want)
		}
	}
}

// A key that is misspelled is a mistake, and its value is checked as that of the key which was meant.
func TestKeysOfAMapping(t *testing.T) {
	for yaml, c := range map[string]struct{ found, said string }{
		"{topic: a, payload: b}":     {"payload topic", ""},
		"{topik: a}":                 {"topic", `"topik" is not a key of a rule: did you mean "topic"? write one of topic, payload`},
		"{topic: a, topik: b}":       {"topic", `"topik" is not a key of a rule`},
		"{xyz: a}":                   {"", `"xyz" is not a key of a rule: write one of topic, payload`},
		"{Input_Path: a}":            {"", `"Input_Path" is not a key of a rule: write payload`},
		"{topic: a, topic: b}":       {"topic", `"topic" is given twice: write it once`},
		"{topic: &x a, payload: *x}": {"topic", "*x: aliases and tags are not supported: write the value itself"},
		"{<<: {topic: a}}":           {"", "<<: merge keys are not supported: write the keys and values here"},
		"{&x a: b}":                  {"", "is not a name: write names as text, with or without quotes"},
	} {
		n, m := read(t, yaml)
		m.Hints = map[string]string{"inputpath": "write payload"}
		var names []string
		for name := range n.Fields("a rule", "topic", "payload") {
			names = append(names, name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != c.found || !strings.Contains(m.said(), c.said) || (m.said() == "") != (c.said == "") {
			t.Errorf("%s: found %q, %s", yaml, got, m.said())
		}
		if refused := strings.Contains(c.said, "not supported") || strings.Contains(c.said, "not a name"); (m.Refused == 1) != refused {
			t.Errorf("%s: %d values refused", yaml, m.Refused)
		}
	}
	n, m := read(t, "{topic: first, topic: second}")
	if got := n.Fields("a rule", "topic")["topic"].Text("topic"); got != "first" {
		t.Errorf("of two values the %s counts; %s", got, m.said())
	}
}

func TestTheOnlyEntry(t *testing.T) {
	for yaml, want := range map[string]string{
		"{prefix: a}": "prefix", "{suffix: a}": "suffix",
		"{prefix: a, suffix: b}": `1:1: {prefix: a, suffix: b} must have one name: "prefix" or "suffix"`,
		"{}":                     `1:1: {} must have one name: "prefix" or "suffix"`,
		"{infix: a}":             `1:2: "infix" is not allowed here: write "prefix" or "suffix"`,
		"a":                      `1:1: "a" must be a mapping with one key: "prefix" or "suffix"`,
		"{prefix: *x}":           "1:10: *x: aliases and tags are not supported: write the value itself",
	} {
		n, m := read(t, yaml)
		e, ok := n.OnlyEntry("prefix", "suffix")
		if got := e.Name + m.said(); got != strings.Replace(want, `"a" must`, OneLine(n.Node)+" must", 1) || ok != (len(m.List) == 0) {
			t.Errorf("%s: %s, want %s", yaml, got, want)
		}
	}
}

// Mistakes have the file, the line and the column, from 1, and one line each.
func TestMistakesHaveTheirPlace(t *testing.T) {
	root, m := read(t, "a: 1\nb:\n  c: 2\n  d: 3\ne: {f: 4}\n")
	for _, e := range root.Entries() {
		e.Value.Mistake("of %s", e.Name)
		e.Key.M.Warn(e.Key.Node, "key %s", e.Name)
	}
	if got, want := m.List.Error(), "f:1:4: of a\nf:3:3: of b\nf:5:4: of e"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got, want := fmt.Sprint(m.Warnings), "f:1:1: key a\nf:2:1: key b\nf:5:1: key e"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// A file without a YAML document has one mistake, at its line.
func TestFilesThatAreNoDocument(t *testing.T) {
	for src, want := range map[string]string{
		"":                     "1:1: the file is empty: write rules",
		"# nothing\n":          "1:1: the file is empty: write rules",
		"\ufeff":               "1:1: the file is empty: write rules",
		"a: 1\nb: \xff\n":      "2:1: not UTF-8: save the file as UTF-8",
		"\xff":                 "1:1: not UTF-8: save the file as UTF-8",
		"a: 1\n---\nb: 2\n":    "3:1: a second document: put all rules under one rules: key, without --- between them",
		"%YAML 1.2\n---\na:\n": "directives (%) are not supported: leave the line out",
	} {
		m := &Reporter{File: "f"}
		if n := ParseYAML([]byte(src), "write rules", m); len(m.List) != 1 || !strings.HasSuffix(m.said(), want) || n != nil && !strings.Contains(want, "second") {
			t.Errorf("%q: %v, %s", src, n, m.said())
		}
	}
	m := &Reporter{}
	if n := ParseYAML([]byte("\ufeffa: 1\n"), "", m); n == nil || n.GetToken().Value == "" {
		t.Errorf("a byte order mark: %v", m.List)
	}
}

// A file that is not YAML is one mistake at its own place.
func TestSyntaxHasItsPlace(t *testing.T) {
	for src, want := range map[string]string{"a: 1\nb: 2\nc: @d\n": "3:4: ", "@d": "1:1: ", "a:\n  b: \"x\n": "2:6: "} {
		m := &Reporter{File: "f"}
		if ParseYAML([]byte(src), "", m); len(m.List) != 1 || !strings.HasPrefix(m.said(), want) {
			t.Errorf("%q: %s, want %s", src, m.said(), want)
		}
	}
}

// A line of up to 400 bytes is quoted whole, and a longer one has a sign at its end.
func TestOneLineSaysWhereItIsCut(t *testing.T) {
	for first := 1; first < 12; first++ {
		for last := 390; last < 410; last++ {
			for _, yaml := range []string{
				"[" + strings.Repeat("a", first) + strings.Repeat(", 1", (last-first)/3) + "]",
				"{" + strings.Repeat("a", first) + ": 1" + mapping((last-first)/8) + "}",
				"{a: [" + strings.Repeat("a", last) + "]}",
			} {
				n, m := read(t, yaml)
				line := OneLine(n.Node)
				if whole := line == yaml; whole != (len(yaml) <= 400) || strings.HasSuffix(line, "…") == whole || len(m.List) > 0 {
					t.Fatalf("%d bytes of %d: %s", len(line), len(yaml), line)
				}
			}
		}
	}
}

// A tag at the limit is cut before its value, and the sign at its end says so.
func TestOneLineCutsTheValueOfATag(t *testing.T) {
	for length, whole := range map[int]bool{390: true, 399: true, 400: true, 401: false, 402: false, 410: false} {
		yaml := "!" + strings.Repeat("a", length-3) + " v"
		line := OneLine(ParseYAML([]byte(yaml), "", &Reporter{}))
		if (line == yaml) != whole || strings.HasSuffix(line, "…") == whole {
			t.Errorf("%d bytes of %d: %s", len(line), len(yaml), line)
		}
	}
}

// mapping writes n entries of eight bytes.
func mapping(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", b%02d: 1", i)
	}
	return b.String()
}
