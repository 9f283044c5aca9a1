package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// render shows every sample of every trigger: the events, the rule, and each topic and payload or the error.
func TestRenderShowsEverySampleOfEveryTrigger(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte(`rules: [{name: all, topic: events/all, payload: original}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for as, adapter := range map[string]string{"lambda": "awslambda", "fc": "alifc"} {
		samples, err := filepath.Glob("../../adapters/" + adapter + "/testdata/*/*")
		if err != nil || len(samples) < 40 {
			t.Fatalf("%d samples, %v", len(samples), err)
		}
		for _, sample := range samples {
			if strings.HasSuffix(sample, ".golden.json") {
				continue
			}
			golden, err := os.ReadFile(strings.TrimSuffix(sample, filepath.Ext(sample)) + ".golden.json")
			if err != nil {
				t.Fatal(err)
			}
			code, out, errors := command(t, "", nil, "render", "--rules", rules, "--as", as, sample)
			switch events, bad := strings.Count(string(golden), `"event":`), strings.Contains(string(golden), `"error":`); {
			case strings.Count(out, "rule all: matches") != events:
				t.Errorf("%s: %d events, %s%s", sample, events, out, errors)
			case bad != (code != 0):
				t.Errorf("%s: exit %d, %s%s", sample, code, out, errors)
			}
		}
	}
}

func TestRenderUsesTheSettingsOfAFunction(t *testing.T) {
	dir := write(t, map[string]string{"rules.yaml": `rules: [{topic: a/b, payload: {jsonpath: $.type}}]`, "event.json": `{"t":1}`})
	code, out, errors := command(t, "", []string{"SENDBRIDGE_TYPE=com.example.reading"}, "render", "--rules", filepath.Join(dir, "rules.yaml"), "--as", "fc", filepath.Join(dir, "event.json"))
	if code != 0 || !strings.Contains(out, "payload  com.example.reading") {
		t.Errorf("%d %s%s", code, out, errors)
	}
}
