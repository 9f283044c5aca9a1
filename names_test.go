package sendbridge_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	makeCall   = regexp.MustCompile("(?m)(?:^|`)make ([a-zA-Z][a-zA-Z./-]*)")
	target     = regexp.MustCompile(`(?m)^([a-zA-Z./-]+):`)
	variable   = regexp.MustCompile(`\b(SENDBRIDGE|ALIBABA_CLOUD)_[A-Z0-9_]*[A-Z0-9]\b`)
	metricName = regexp.MustCompile(`\bsendbridge_[a-z][a-z_]*[a-z]\b`)
	pathOfTree = regexp.MustCompile(`(?:^|[\s"'` + "`" + `(=@])((?:adapters|core|deploy|docs|examples|functions|internal)/[A-Za-z0-9_./-]+[A-Za-z0-9_])(<?)`)
)

// Targets of make, settings, metrics and paths that pages name exist.
func TestNamesOnPages(t *testing.T) {
	makefile := readText(t, "Makefile")
	targets := make(map[string]bool)
	for _, m := range target.FindAllStringSubmatch(makefile, -1) {
		targets[m[1]] = true
	}
	settings, metrics, code := readText(t, "docs/settings.md"), readText(t, "docs/metrics.md"), codeOfTheTree(t)
	counts := make(map[string]int)
	for page, text := range pagesOfTheTree(t) {
		for _, m := range makeCall.FindAllStringSubmatch(text, -1) {
			counts["targets"]++
			if !targets[m[1]] {
				t.Errorf("%s: the Makefile has no target %q", page, m[1])
			}
		}
		for _, name := range variable.FindAllString(text, -1) {
			counts["variables"]++
			if strings.HasPrefix(name, "SENDBRIDGE_") && !strings.Contains(settings, "`"+name+"`") {
				t.Errorf("%s: there is no setting %s", page, name)
			} else if !strings.Contains(code, name) {
				t.Errorf("%s: no code reads %s", page, name)
			}
		}
		for _, name := range metricName.FindAllString(text, -1) {
			counts["metrics"]++
			if !strings.Contains(metrics, "`"+name+"`") {
				t.Errorf("%s: there is no metric %s", page, name)
			}
		}
		for _, m := range pathOfTree.FindAllStringSubmatch(text, -1) {
			counts["paths"]++
			if _, err := os.Stat(m[1]); err != nil && m[2] != "<" && page != "CHANGELOG.md" {
				t.Errorf("%s: there is no %s", page, m[1])
			}
		}
	}
	for kind, least := range map[string]int{"targets": 20, "variables": 100, "metrics": 10, "paths": 60} {
		if counts[kind] < least {
			t.Errorf("only %d %s were found", counts[kind], kind)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// codeOfTheTree is all Go code except tests, and the templates of the deployments.
func codeOfTheTree(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
