package pattern

import (
	"slices"
	"testing"

	"sendbridge/core/cloudevent"
)

// The paths that a pattern reads are those below data, also in alternatives and in nested patterns, and not attributes.
func TestEachPath(t *testing.T) {
	pathsOf := func(p *Pattern) (paths []string) {
		p.EachPath(func(path string, slot *cloudevent.Slot) {
			if slot == nil {
				t.Errorf("%s has no slot", path)
			}
			paths = append(paths, path)
		})
		return paths
	}
	p := mustPattern(t, `{type: [x], data: {a: {b: [1]}, "c.d": [2], $or: [{e: [3]}, {f: [4]}]}}`, false)
	if got, want := pathsOf(p), []string{"$.data.a", "$.data.a.b", "$.data['c.d']", "$.data.e", "$.data.f"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := pathsOf(mustPattern(t, `{a: [1]}`, true)); got != nil {
		t.Errorf("over an element: %q", got)
	}
	if got := pathsOf(nil); got != nil {
		t.Errorf("without a pattern: %q", got)
	}
}
