package template

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The page has one row for each transform and each built-in name.
func TestThePageListsTransformsAndNames(t *testing.T) {
	page, err := os.ReadFile("../../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "### Transforms\n")
	section, _, ends := strings.Cut(section, "\n## ")
	if !ok || !ends {
		t.Fatal("no such section")
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|").FindAllStringSubmatch(section, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			listed = append(listed, strings.Trim(name, "`"))
		}
	}
	want := append(transformNames(), "now", "rule", "@index")
	slices.Sort(want)
	slices.Sort(listed)
	if !slices.Equal(listed, want) {
		t.Errorf("the page lists %q, the code has %q", listed, want)
	}
	for _, name := range []string{"now", "rule", "@index"} {
		if x, _, err := (Scope{Element: true, Rule: "r"}).cutBuiltIn(name + "}"); x == nil || err != nil {
			t.Errorf("%s is not known: %v", name, err)
		}
	}
}
