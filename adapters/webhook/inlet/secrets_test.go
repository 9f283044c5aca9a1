package inlet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A secret may contain a comma if its variable has only one secret, or a JSON list.
func TestSecretsOfTheEnvironment(t *testing.T) {
	environ := map[string]string{"A": "a,b", "B": " c ", "JSON": `["a,b","c"]`, "EMPTY": " , ", "SUPABASE": "v1,whsec_YQ==|v1,whsec_Yg==", "BRACKET": "[a,b"}
	for verify, want := range map[string][]string{
		"bearer, secretEnv: A":          {"a", "b"},
		"bearer, secretEnv: [A, B]":     {"a,b", "c"},
		"bearer, secretEnv: [A]":        {"a,b"},
		"bearer, secretEnv: JSON":       {"a,b", "c"},
		"bearer, secretEnv: BRACKET":    {"[a", "b"},
		"standard, secretEnv: SUPABASE": {"whsec_YQ==", "whsec_Yg=="},
	} {
		spec := specOf(t, "{type: t, verify: "+verify+"}")
		got, err := spec.Secrets(environ)
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("%s: %q, %v", verify, got, err)
		}
	}
	for verify, name := range map[string]string{"secretEnv: EMPTY": "EMPTY", "secretEnv: [A, GONE]": "GONE"} {
		spec := specOf(t, "{type: t, verify: bearer, "+verify+"}")
		if got, err := spec.Secrets(environ); err == nil || !strings.HasPrefix(err.Error(), name+" is not set") || strings.Contains(err.Error(), "a,b") {
			t.Errorf("%s: %q, %v", verify, got, err)
		}
	}
}
