package rules_test

import (
	"encoding/json"
	"testing"

	"sendbridge/core/rules"
)

func parseRules(t testing.TB, yaml string) *rules.Set {
	t.Helper()
	list, err := rules.Parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// jsonString writes s as JSON.
func jsonString(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
