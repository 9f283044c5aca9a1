package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		if !strings.Contains(string(page), "("+filepath.Base(dir)+"/sendbridge.yaml)") {
			t.Errorf("%s has no row in examples/README.md", dir)
		}
	}
}
