package sendbridge_test

import (
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
)

// A word of the old style, and what to write instead. docs/style.md has a row for each.
type oldWord struct {
	not, write string
	pattern    string // matches inside one line, in any letter case
}

var oldWords = []oldWord{
	{"mend", "fix", `\bmend(s|ed|ing)?\b`},
	{"that is none", "there is no …; say what is missing", `\b(that|which|what|nil|empty) (is|are) none\b`},
	{"that is no JSON", "that is not JSON", `\b(that|which|what) (is|are) no ([a-km-z]|l[^o])`},
	{"whose turn", "say who acts", `\bwhose turn\b`},
	{"taken for", "treated as", `\btaken for\b`},
	{"told", "say who learns it: gets, sees, is notified", `\btold\b`},
	{"nobody's, anybody's", "say who has it, or that no one has", `\b(no|any|every)body's\b`},
	{"has it still", "still has it", `\bha(s|ve) (it|them) still\b`},
	{"of late", "recently", `\bof late\b`},
	{"thaw", "resume", `\bthaw(s|ed|ing)?\b`},
	{"nocall", "not sent", `\bnocall\b`},
	{"a flight", "an in-flight call", `\b(a|the|one|each|every|of) flights?\b`},
	{"lane", "ordering key", `\blanes?\b`},
	{"holes", "placeholders, gaps", `\bholes?\b`},
	{"comes again", "is redelivered", `\bcom(e|es|ing) again\b`},
	{"anew", "again", `\banew\b`},
	{"as it came", "unchanged", `\bas (it|they) came\b`},
	{"is let through", "is allowed", `\b(is|are|was|were|be) let\b`},
	{"in vain", "without success", `\bin vain\b`},
	{"seldom", "rarely", `\bseldom\b`},
	{"for ever", "forever", `\bfor ever\b`},
	{"senseless", "has no effect", `\bsenseless\b`},
	{"hears of", "learns of", `\bhears? (of|who)\b`},
	{"but for", "except", `\bbut for\b`},
	{"one a line", "one on each line, one for each event", `\b(one|file|event|row|record|message|CloudEvent) an? (line|source|CloudEvent|event|verifier|matcher|command|topic|element)\b`},
	{"Of several, the first counts", "If there are several, the first counts", `(^|[.:;] |// )of (several|two|many|these|it|them)\b`},
	{"none of it", "nothing; say what is not", `\bnone of it\b`},
}

func (w oldWord) compiled() wordFinder {
	parsed, err := syntax.Parse(strings.ToLower(w.pattern), syntax.Perl)
	if err != nil {
		panic(err)
	}
	f := wordFinder{pattern: regexp.MustCompile(`(?i)` + w.pattern)}
	for _, part := range parsed.Sub {
		text := string(part.Rune)
		if parsed.Op == syntax.OpConcat && part.Op == syntax.OpLiteral && len(text) > len(f.part) {
			f.part = text
		}
	}
	return f
}

// A wordFinder looks for an old word in a line. Whatever the pattern matches contains the part, in any letter case. Most
// lines don't, and a search for the part is much faster than the pattern.
type wordFinder struct {
	pattern *regexp.Regexp
	part    string
}

// find returns the word that a line contains, or nothing. It needs the line in lower case, too.
func (f wordFinder) find(line, lower string) string {
	if !strings.Contains(lower, f.part) {
		return ""
	}
	return f.pattern.FindString(line)
}

// Pages, templates, comments and strings have no word of the old style. Chinese pages and what tests feed in are not looked at.
func TestWordsOfTheOldStyle(t *testing.T) {
	finders := make([]wordFinder, len(oldWords))
	for i, w := range oldWords {
		finders[i] = w.compiled()
	}
	pages, sources := 0, 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == "testdata" || name == "node_modules" || name == "zh-CN" || name == "bin" || name == "dist" || len(name) > 1 && name[0] == '.'):
			return filepath.SkipDir
		case strings.HasSuffix(name, ".zh-CN.md"), path == "words_test.go":
			return nil
		}
		var lines []lineOf
		switch filepath.Ext(path) {
		case ".md", ".yaml", ".yml":
			pages++
			lines = pageLines(t, path)
		case ".go":
			sources++
			lines = sourceLines(t, path)
		}
		for _, line := range lines {
			lower := strings.ToLower(line.text)
			for i, w := range oldWords {
				if found := finders[i].find(line.text, lower); found != "" {
					t.Errorf("%s:%d: %q: write %q (docs/style.md)", path, line.number, strings.TrimSpace(found), w.write)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 20 || sources < 300 {
		t.Errorf("only %d pages and %d Go files were found", pages, sources)
	}
}

type lineOf struct {
	number int
	text   string
}

// pageLines are the lines of a page or of a YAML file. The table of docs/style.md names the old words themselves.
func pageLines(t *testing.T, path string) []lineOf {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []lineOf
	for i, line := range strings.Split(string(text), "\n") {
		if path != filepath.Join("docs", "style.md") || !strings.HasPrefix(line, "|") {
			lines = append(lines, lineOf{i + 1, line})
		}
	}
	return lines
}

// sourceLines are the comments and the strings of a Go file, line by line. Names are the compiler's.
func sourceLines(t *testing.T, path string) []lineOf {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file := files.AddFile(path, -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	var lines []lineOf
	for {
		pos, kind, literal := s.Scan()
		switch kind {
		case token.EOF:
			return lines
		case token.COMMENT, token.STRING:
			for i, line := range strings.Split(literal, "\n") {
				lines = append(lines, lineOf{file.Line(pos) + i, line})
			}
		}
	}
}

// Each word is found where it stands for itself, and docs/style.md says what to write instead.
func TestStylePageHasEachWord(t *testing.T) {
	page, err := os.ReadFile("docs/style.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range oldWords {
		finder := w.compiled()
		if row := fmt.Sprintf("| %s | %s |\n", w.not, w.write); !strings.Contains(string(page), row) {
			t.Errorf("docs/style.md lacks the row %s", row)
		}
		if finder.find(w.not, strings.ToLower(w.not)) == "" {
			t.Errorf("%q is not found by %s", w.not, w.pattern)
		}
		if found := finder.find(w.write, strings.ToLower(w.write)); found != "" {
			t.Errorf("%q, what to write instead of %q, has %q itself", w.write, w.not, found)
		}
	}
}
