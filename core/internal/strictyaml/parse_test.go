package strictyaml

import (
	"strings"
	"testing"
)

// Without quotes, a comparison sign starts a block of text in YAML. The mistake says so.
func TestComparisonWithoutQuotes(t *testing.T) {
	for _, yaml := range []string{"a: [>, 3]", "a: [>=, 3]", "a: [{numeric: [>, 3]}]", "a: [>, 3, <, 5]", "a:\n  - [>, 0.5]", "{a: [>= , 3]}"} {
		m := &Reporter{File: "rules.yaml"}
		if n := ParseYAML([]byte(yaml), "", m); n != nil || len(m.List) != 1 || !strings.Contains(m.List[0].Text, `[">", 3]`) {
			t.Errorf("%q: %v", yaml, m.List)
		}
	}
}
