package pattern

import (
	"maps"
	"slices"
	"testing"
)

// The schema has the forms of each matcher, and those that can be negated.
func TestSchemaHasTheFormsOfMatchers(t *testing.T) {
	matchers := Schema()["matcher"].(map[string]any)["properties"].(map[string]any)
	forms := func(name string) []any { return matchers[name].(map[string]any)["anyOf"].([]any) }
	for name, want := range map[string]string{
		"prefix": "object", "suffix": "object", // {equals-ignore-case: …}
		"contains": "array", "wildcard": "array", "cidr": "array", "equals-ignore-case": "array",
	} {
		if got := forms(name)[1].(map[string]any)["type"]; got != want {
			t.Errorf("the second form of %s is %v, want %s", name, got, want)
		}
	}
	negated := forms("anything-but")[2].(map[string]any)["properties"].(map[string]any)
	if got, want := slices.Sorted(maps.Keys(negated)), []string{"contains", "equals-ignore-case", "prefix", "suffix", "wildcard"}; !slices.Equal(got, want) {
		t.Errorf("anything-but takes %q, want %q", got, want)
	}
}
