package sendbridge_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	mdDefinition = regexp.MustCompile(`(?m)^\[([^\]]+)\]: .*$`)
	mdReference  = regexp.MustCompile(`\]\[([^\]]+)\]`)
	mdInline     = regexp.MustCompile("`[^`\n]*`")
)

// Each link that a page defines at its end is used in it, and each that it uses is defined.
func TestDefinedLinksAreUsed(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatal(pages, err)
	}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "SECURITY.md") {
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := mdInline.ReplaceAllString(mdCode.ReplaceAllString(string(raw), ""), "")
		var defined, used []string
		for _, m := range mdDefinition.FindAllStringSubmatch(text, -1) {
			defined = append(defined, m[1])
		}
		text = mdDefinition.ReplaceAllString(text, "")
		for _, m := range mdReference.FindAllStringSubmatch(text, -1) {
			used = append(used, m[1])
		}
		for _, name := range defined {
			if !slices.Contains(used, name) && !strings.Contains(text, "["+name+"]") {
				t.Errorf("%s defines [%s] and does not use it", page, name)
			}
		}
		for _, name := range used {
			if !slices.Contains(defined, name) {
				t.Errorf("%s uses [%s] and does not define it", page, name)
			}
		}
	}
}
