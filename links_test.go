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
	mdCode   = regexp.MustCompile("(?s)```.*?```")
	mdLink   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mdTitle  = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	inLink   = regexp.MustCompile(`\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])`)
	makeCall = regexp.MustCompile(`(?m)^make ([a-z][a-z./-]*)`)
	target   = regexp.MustCompile(`(?m)^([a-zA-Z./-]+):`)
)

// anchor is what GitHub makes of a title.
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

// glob returns the files of all patterns, each of which has some.
func glob(t *testing.T, patterns ...string) (files []string) {
	t.Helper()
	for _, in := range patterns {
		found, err := filepath.Glob(in)
		if err != nil || len(found) == 0 {
			t.Fatal(in, found, err)
		}
		files = append(files, found...)
	}
	return files
}

// Pages link to files and titles that exist, and their commands to targets of the Makefile. Other hosts are not asked.
func TestLinksOfPages(t *testing.T) {
	pages := glob(t, "*.md", "docs/*.md", "docs/zh-CN/*.md", "examples/*.md", "deploy/*/*.md")
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	targets := make(map[string]bool)
	for _, m := range target.FindAllStringSubmatch(string(makefile), -1) {
		targets[m[1]] = true
	}
	links := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Join(mdCode.FindAllString(string(text), -1), "\n")
		for _, m := range makeCall.FindAllStringSubmatch(blocks, -1) {
			if !targets[m[1]] {
				t.Errorf("%s: the Makefile has no target %q", page, m[1])
			}
		}
		for _, m := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(string(text), ""), -1) {
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
