package sendbridge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A mdSection is what a translation of a page keeps from one title to the next: all but its sentences.
type mdSection struct {
	Level  int      // of the title; 0 before the first
	Blocks []string // of code, without comments
	Tables []string // columns × rows
	Code   []string // spans of code, sorted, each once
	Links  []string // hosts' whole, files' names alone, sorted, each once
	Counts []string // numbers of two and more digits, sorted, each once
}

var (
	mdSpan    = regexp.MustCompile("`[^`]+`")
	mdDefined = regexp.MustCompile(`(?m)^\[[^\]]+\]: +(\S+)`)
	mdComment = regexp.MustCompile(`(?m)(^|\s)(#|//) .*$`)
	mdNumber  = regexp.MustCompile(`[0-9][0-9.,]*[0-9]`)
	mdRow     = regexp.MustCompile(`(?m)(^\|.*\n)+`)
	cellCode  = regexp.MustCompile("`[^`\n]*`|\\\\\\|")
)

// sections takes a page apart at its titles.
func sections(page string) []mdSection {
	var list []mdSection
	blocks := mdCode.FindAllString(page, -1)
	prose := mdCode.ReplaceAllString(page, "\x00")
	titles := append(regexp.MustCompile(`(?m)^#+ `).FindAllStringIndex(prose, -1), []int{len(prose), len(prose)})
	from, level := 0, 0
	for _, at := range titles {
		text := prose[from:at[0]]
		s := mdSection{Level: level, Code: unique(mdSpan.FindAllString(strings.ReplaceAll(text, "\n", " "), -1)), Tables: tables(text), Links: links(text), Counts: counts(text)}
		n := strings.Count(text, "\x00")
		for _, b := range blocks[:n] {
			s.Blocks = append(s.Blocks, strings.TrimSpace(mdComment.ReplaceAllString(b, "$1")))
		}
		blocks = blocks[n:]
		list = append(list, s)
		from, level = at[1], at[1]-at[0]-1
	}
	return list
}

// counts are the limits, times and sizes that a section names. A single digit may be a word.
func counts(text string) []string {
	prose := mdLink.ReplaceAllString(mdDefined.ReplaceAllString(mdSpan.ReplaceAllString(text, " "), " "), " ")
	return unique(mdNumber.FindAllString(prose, -1))
}

func tables(text string) (list []string) {
	for _, table := range mdRow.FindAllString(text, -1) {
		rows := strings.Split(strings.TrimSpace(table), "\n")
		list = append(list, fmt.Sprintf("%d × %d", strings.Count(cellCode.ReplaceAllString(rows[0], ""), "|")-1, len(rows)))
	}
	return list
}

func links(text string) []string {
	var list []string
	for _, m := range append(mdLink.FindAllStringSubmatch(text, -1), mdDefined.FindAllStringSubmatch(text, -1)...) {
		link := m[1]
		if !strings.Contains(link, "://") {
			path, _, _ := strings.Cut(link, "#")
			if link = strings.TrimSuffix(filepath.Base(path), ".zh-CN.md"); path == "" {
				link = "#"
			}
			link = strings.TrimSuffix(link, ".md")
		}
		list = append(list, link)
	}
	return unique(list)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// translations are the pages that exist in Chinese, by their English ones.
func translations(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{"README.md": "README.zh-CN.md"}
	for _, page := range glob(t, "docs/*.md") {
		pages[page] = filepath.Join("docs/zh-CN", filepath.Base(page))
	}
	return pages
}

// Each English page has a Chinese one with the same titles, blocks of code, tables, names and links, section by section.
// Whoever changes one page is sent to the other.
func TestPagesAndTheirTranslationsSayTheSame(t *testing.T) {
	pages := translations(t)
	for english, chinese := range pages {
		a, errA := os.ReadFile(english)
		b, errB := os.ReadFile(chinese)
		if errA != nil || errB != nil {
			t.Error(errA, errB)
			continue
		}
		if diff := cmp.Diff(sections(string(a)), sections(string(b))); diff != "" {
			t.Errorf("%s and %s differ:\n%s", english, chinese, diff)
		}
	}
	for _, chinese := range glob(t, "docs/zh-CN/*.md") {
		if english := filepath.Join("docs", filepath.Base(chinese)); pages[english] == "" {
			t.Errorf("%s is a translation of %s, which does not exist", chinese, english)
		}
	}
}

// What the comparison above sees, and what it leaves to the translator.
func TestSectionsOfAPage(t *testing.T) {
	page := "# Title\nUse `a` 300 times, see [it](b.md#c).\n\n| x | y |\n|---|---|\n| `p|q` | 1 |\n\n## More\n```sh\nrun # now\n```\n[d]: https://example.com/d\n"
	same := "# 标题\n见[此处](b.md#丙)，用 `a` 300 次。\n\n| 甲 | 乙 |\n|---|---|\n| `p|q` | 1 |\n\n## 更多\n```sh\nrun # 现在\n```\n[d]: https://example.com/d\n"
	if diff := cmp.Diff(sections(page), sections(same)); diff != "" {
		t.Error(diff)
	}
	for _, change := range [][2]string{{"`a`", "`b`"}, {"300", "400"}, {"b.md", "c.md"}, {"| `p|q` | 1 |\n", ""}, {"## ", "### "}, {"run", "walk"}, {"/d", "/e"}, {"## More\n", ""}} {
		if cmp.Equal(sections(page), sections(strings.Replace(page, change[0], change[1], 1))) {
			t.Errorf("%q instead of %q is not seen", change[1], change[0])
		}
	}
}

// glob returns the files of a pattern, which has some.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatal(pattern, found, err)
	}
	return found
}
