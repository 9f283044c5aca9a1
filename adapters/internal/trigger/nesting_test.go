package trigger_test

import (
	"strings"
	"testing"

	"sendbridge/adapters/internal/trigger"
)

// Anybody may send a payload to a function: endless nesting is not JSON, and does not crash the process.
func TestNestingWithoutEndIsNoJSON(t *testing.T) {
	for _, open := range []string{"[", `{"Records":[`, `{"a":`} {
		if p := trigger.Look([]byte(strings.Repeat(open, 6_000_000))); p.JSON.Exists() || len(p.Members) > 0 {
			t.Errorf("%q counts as JSON", open)
		}
	}
}
