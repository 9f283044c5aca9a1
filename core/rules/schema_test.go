package rules

import "testing"

// Every key that the parser accepts is in the schema.
func TestSchemaHasEveryKey(t *testing.T) {
	defs := Schema(nil)["$defs"].(map[string]any)
	properties := defs["rule"].(map[string]any)["properties"].(map[string]any)
	for _, key := range ruleKeys() {
		if _, ok := properties[key].(map[string]any); !ok {
			t.Errorf("nothing is said of %q", key)
		}
	}
	for name, s := range defs["matcher"].(map[string]any)["properties"].(map[string]any) {
		if _, ok := s.(map[string]any); !ok {
			t.Errorf("nothing is said of matcher %q", name)
		}
	}
}
