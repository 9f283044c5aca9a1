package functions

import (
	"fmt"
	"strings"
	"testing"
)

func TestRulesDiff(t *testing.T) {
	const a, b, c = `{name: a, topic: x/a, payload: original}`, `{name: b, topic: x/b, payload: original}`, `{topic: x/c, payload: original}`
	list := func(rules ...string) string { return "rules: [" + strings.Join(rules, ", ") + "]" }
	const open = "inlets: {in: {verify: none, unverified: anybody-may-post, type: t}}\n"
	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf(`{name: n%02d, topic: x/n, payload: original}`, i)
	}
	for name, tc := range map[string]struct{ before, after, want string }{
		"the same":          {list(a, b), list(a, b), "none"},
		"spelt differently": {list(a, b), "rules:\n  - topic: \"x/a\" # why\n    name: a\n    payload: original\n  - " + b, "none"},
		"changed":           {list(a, b), list(a, strings.Replace(b, "x/b", "x/B", 1)), "rules: changed b"},
		"added and removed": {list(a), list(b), "rules: added b; removed a"},
		"without a name":    {list(a, c), list(a, strings.Replace(c, "x/c", "y/c", 1)), "rules: changed rule-2"},
		"order":             {list(a, b), list(b, a), "order changed"},
		"order beside new":  {list(a, b), list(b, c, a), "rules: added rule-2; order changed"},
		"an inlet":          {list(a), open + list(a), "inlets: added in"},
		"an inlet's type":   {open + list(a), strings.Replace(open, "type: t", "type: u", 1) + list(a), "inlets: changed in"},
		"byte order mark":   {list(a), "\ufeff" + list(a), "none"},
		"more than ten":     {list(a), list(append(many, a)...), "rules: added n00, n01, n02, n03, n04, n05, n06, n07, n08, n09 and 2 more"},
	} {
		t.Run(name, func(t *testing.T) {
			before, err := ParseRules("before", []byte(tc.before))
			if err != nil {
				t.Fatal(err)
			}
			after, err := ParseRules("after", []byte(tc.after))
			if err != nil {
				t.Fatal(err)
			}
			if got := diffRules(before, after).String(); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
