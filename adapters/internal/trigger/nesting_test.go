package trigger_test

import (
	"strings"
	"testing"

	"sendbridge/adapters/internal/trigger"
)

// A function's payload may be anybody's: nesting without end is no JSON, and ends no process.
func TestNestingWithoutEndIsNoJSON(t *testing.T) {
	for _, open := range []string{"[", `{"Records":[`, `{"a":`} {
		if p := trigger.Look([]byte(strings.Repeat(open, 6_000_000))); p.JSON.Exists() || len(p.Members) > 0 {
			t.Errorf("%q is taken for JSON", open)
		}
	}
}
