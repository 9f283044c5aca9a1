package sendbridge_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	mdCode  = regexp.MustCompile("(?s)```.*?```")
	mdLink  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mdTitle = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	inLink  = regexp.MustCompile(`\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])`)
)

// anchor returns GitHub's anchor for a title.
func anchor(title string) string {
	title = inLink.ReplaceAllString(strings.TrimSpace(title), "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

func anchors(page string) map[string]bool {
	found := make(map[string]bool)
	for _, m := range mdTitle.FindAllStringSubmatch(mdCode.ReplaceAllString(page, ""), -1) {
		found[anchor(m[1])] = true
	}
	return found
}

// pagesOfTheTree returns the text of each page by its path.
func pagesOfTheTree(t *testing.T) map[string]string {
	t.Helper()
	pages := make(map[string]string)
	for _, in := range []string{"*.md", "docs/*.md", "docs/zh-CN/*.md", "examples/*.md", "deploy/*/*.md"} {
		found, err := filepath.Glob(in)
		if err != nil {
			t.Fatal(in, err)
		}
		for _, page := range found {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			pages[filepath.ToSlash(page)] = string(text)
		}
	}
	if len(pages) < 25 {
		t.Fatalf("only %d pages were found", len(pages))
	}
	return pages
}

// Links of pages point to existing files and titles, and their commands to targets of the Makefile. Other hosts are not
// contacted.
func TestLinksOfPages(t *testing.T) {
	links := 0
	for page, text := range pagesOfTheTree(t) {
		for _, m := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(text, ""), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			links++
			path, title, _ := strings.Cut(m[1], "#")
			to := page
			if path != "" {
				to = filepath.Join(filepath.Dir(page), path)
			}
			linked, err := os.ReadFile(to)
			if info, dirErr := os.Stat(to); err != nil && (dirErr != nil || !info.IsDir()) {
				t.Errorf("%s: %s: no such file", page, m[1])
			} else if title != "" && !anchors(string(linked))[title] {
				t.Errorf("%s: %s: no such title", page, m[1])
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}
