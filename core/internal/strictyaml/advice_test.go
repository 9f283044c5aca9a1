package strictyaml

import (
	"strings"
	"testing"
)

// Each message of the parser has advice.
func TestSyntaxHasAdvice(t *testing.T) {
	for yaml, want := range map[string]string{
		"a:\n\t- b\n": "no tabs", "a: b: c\n": "goes in quotes", "a: \"b\n": "close it", "a: 'b\n": "close it", "a: b\n c: d\n": "one column",
		"a: [b\nc: d\n": "have commas", "a: {b: [c}\n": "commas between", "a: {b: [c]\n": "has no }", "a: [b]]\n": "", "a: {b: ${$.x}}\n": "such as ${$.id}",
		"a: @b\n": "goes in quotes", "a: `b`\n": "goes in quotes", "a: {b: {{x}} }\n": "begins with {", "a b\nc: d\n": "colon and a space after it", "a: \"\\d\"\n": "single quotes",
	} {
		m := &Reporter{File: "f"}
		if n := ParseYAML([]byte(yaml), "", m); n != nil || len(m.List) != 1 {
			t.Errorf("%q: %v", yaml, m.List)
		} else if text := m.List[0].Text; !strings.HasPrefix(text, "not YAML: ") || !strings.Contains(text, want) || strings.HasSuffix(text, ": ") {
			t.Errorf("%q: %s, want %q", yaml, text, want)
		}
	}
}

// A line that a message quotes is cut, and one to compare with is whole.
func TestLinesOfNodes(t *testing.T) {
	m := &Reporter{}
	long := "[" + strings.Repeat("abc, ", 1000) + "end]"
	n := ParseYAML([]byte(long), "", m)
	if line := OneLine(n); len(line) > mostOfALine+10 || !strings.HasPrefix(line, "[abc, abc") || !strings.HasSuffix(line, "…") {
		t.Errorf("%d bytes: %s", len(line), line)
	}
	if WholeLine(n) != long {
		t.Error("the whole line is not whole")
	}
	if n := ParseYAML([]byte(`{a: ["x", 1], b: {c: null}}`), "", m); OneLine(n) != `{a: ["x", 1], b: {c: null}}` {
		t.Error(OneLine(n))
	}
}
