package strictyaml

import (
	"strings"
	"testing"
)

// Each message of the parser has advice.
func TestSyntaxHasAdvice(t *testing.T) {
	for yaml, want := range map[string]string{
		"a:\n\t- b\n": "not allow tabs", "a: b: c\n": "in quotes", "a: \"b\n": "closing quote", "a: 'b\n": "closing quote", "a: b\n c: d\n": "same column",
		"a: [b\nc: d\n": "with commas", "a: {b: [c}\n": "with commas", "a: {b: [c]\n": "closing } is missing", "a: [b]]\n": "", "a: {b: ${$.x}}\n": "such as ${$.id}",
		"a: @b\n": "in quotes", "a: `b`\n": "in quotes", "a: {b: {{x}} }\n": "begins with {", "a b\nc: d\n": "a colon and a space after a key", "a: \"\\d\"\n": "single quotes",
	} {
		m := &Reporter{File: "f"}
		if n := ParseYAML([]byte(yaml), "", m); n != nil || len(m.List) != 1 {
			t.Errorf("%q: %v", yaml, m.List)
		} else if text := m.List[0].Text; !strings.HasPrefix(text, "not YAML: ") || !strings.Contains(text, want) || strings.HasSuffix(text, ": ") {
			t.Errorf("%q: %s, want %q", yaml, text, want)
		}
	}
}

// A line in a message is shortened; a line for a comparison is complete.
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
