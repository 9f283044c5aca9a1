package pattern

import (
	"strings"
	"testing"
)

func TestOrOverAttributes(t *testing.T) {
	v := patternView(t, "application/json", `{"a": {"n": 1}, "b": 2}`, nil)
	for p, want := range map[string]bool{
		`$or: [{source: [acs.oss]}, {data: {b: [3]}}]`:                                    true,
		`$or: [{source: [other]}, {data: {b: [2]}}]`:                                      true,
		`$or: [{source: [other]}, {data: {b: [3]}}]`:                                      false,
		`{id: [none], $or: [{source: [acs.oss]}, {data: {b: [2]}}]}`:                      false,
		`data: {$or: [{a: {$or: [{n: [2]}, {n: [1]}]}, b: [2]}, {b: [3]}]}`:               true,
		`data: {$or: [{a: {$or: [{n: [2]}, {n: [1]}]}, b: [3]}, {b: [{exists: false}]}]}`: false,
	} {
		checkPattern(t, p, false, v, want)
	}
	if got, want := mustPattern(t, `$or: [{source: [other]}, {data: {b: [3]}}]`, false).Explain(v), `$.source: wants [other], has "acs.oss"`; got != want {
		t.Errorf("explain: %q, want %q", got, want)
	}
}

// The alternatives of several $or multiply. As in AWS, a thousand combinations are allowed.
func TestOrCombinations(t *testing.T) {
	alternatives := func(n int) string {
		return `$or: [` + strings.TrimSuffix(strings.Repeat(`{x: [1]}, `, n), ", ") + `]`
	}
	level := func(a, b int) string { return `data: {a: {` + alternatives(a) + `}, b: {` + alternatives(b) + `}}` }
	for p, ok := range map[string]bool{
		level(10, 100):                       true,
		level(10, 101):                       false,
		level(40, 40):                        false,
		`data: {` + alternatives(1000) + `}`: true,
		`data: {` + alternatives(1001) + `}`: false,
		`data: {` + alternatives(2) + `}`:    true,
	} {
		if got, mistakes := readPattern(t, p, false); (got != nil) != ok {
			t.Errorf("%.60s…: %v", p, mistakes)
		} else if !ok && !strings.Contains(mistakes[0].Text, "1000 combinations") {
			t.Errorf("%.60s…: %v", p, mistakes)
		}
	}
}
