package inlet_test

import (
	"encoding/json"
	"slices"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// An editor that uses the schema asks for the keys that a verifier needs, and marks those of others.
func TestKeysInTheSchema(t *testing.T) {
	var schema struct {
		AdditionalProperties struct {
			AllOf []struct {
				If struct {
					Properties struct {
						Verify struct{ Const string }
					}
				}
				Then struct {
					Required   []string
					Properties map[string]any
					AnyOf      []any
				}
			}
		}
	}
	if err := json.Unmarshal(must(json.Marshal(inlet.Schema())), &schema); err != nil {
		t.Fatal(err)
	}
	for verify, c := range map[string]struct {
		required []string
		foreign  string // a key of others
		typed    bool   // whether its type is known
	}{
		"github": {[]string{"secretEnv"}, "header", true},
		"token":  {[]string{"header", "secretEnv"}, "hash", false},
		"none":   {[]string{"unverified"}, "secretEnv", false},
		"sns":    {[]string{"topicArns"}, "secretEnv", true},
		"trello": {[]string{"secretEnv", "url"}, "tolerance", true},
	} {
		found := false
		for _, row := range schema.AdditionalProperties.AllOf {
			if row.If.Properties.Verify.Const != verify {
				continue
			}
			found = true
			slices.Sort(row.Then.Required)
			if !slices.Equal(row.Then.Required, c.required) {
				t.Errorf("%s requires %q, want %q", verify, row.Then.Required, c.required)
			}
			for _, name := range c.required {
				if _, ok := row.Then.Properties[name]; ok {
					t.Errorf("%s forbids its own %s", verify, name)
				}
			}
			if allowed, ok := row.Then.Properties[c.foreign]; !ok || allowed != false {
				t.Errorf("%s allows %s", verify, c.foreign)
			}
			if (len(row.Then.AnyOf) == 0) != c.typed {
				t.Errorf("%s: whether a type is asked for: %v", verify, row.Then.AnyOf)
			}
		}
		if !found {
			t.Errorf("%s is missing", verify)
		}
	}
}
