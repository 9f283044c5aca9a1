package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/credential"
	"sendbridge/functions"
)

// Each directory of examples has rules that pass their own tests, and a row on the page.
func TestExamplesPassTheirOwnTests(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	dirs := make(map[string]bool)
	for _, file := range files {
		dirs[filepath.Dir(file)] = true
	}
	page, err := os.ReadFile("../../examples/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range dirs {
		if code, out, errors := command(t, "", nil, "test", filepath.Join(dir, "cases.yaml")); code != 0 {
			t.Errorf("%s: %d %s %s", dir, code, out, errors)
		}
		rules, err := os.ReadFile(filepath.Join(dir, "sendbridge.yaml"))
		if err != nil || !strings.HasPrefix(string(rules), "# yaml-language-server: $schema=") {
			t.Errorf("%s: no rules, or none whose first line names the schema (%v)", dir, err)
		}
		if samples, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(samples) == 0 {
			t.Errorf("%s has no sample of its input", dir)
		}
		if !strings.Contains(string(page), "("+filepath.Base(dir)+"/sendbridge.yaml)") {
			t.Errorf("%s has no row in examples/README.md", dir)
		}
	}
}

// The settings of the example for AWS work in Lambda without a key.
func TestExampleOfAWSNeedsNoKey(t *testing.T) {
	text, err := os.ReadFile("../../examples/aws-sqs-doors/settings.env")
	if err != nil {
		t.Fatal(err)
	}
	environ := []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "SENDBRIDGE_RULES_FILE=../../examples/aws-sqs-doors/sendbridge.yaml"}
	variables := map[string]string{"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			name, value, _ := strings.Cut(line, "=")
			environ, variables[name] = append(environ, line), value
		}
	}
	if _, err := functions.Load(environ); err != nil {
		t.Error(err)
	}
	if kind := credential.Resolve(credential.KindAuto, variables); kind != credential.KindAWS {
		t.Errorf("credentials come from %s", kind)
	}
	if strings.Contains(string(text), "ACCESS_KEY") {
		t.Error("the example has a key")
	}
}
