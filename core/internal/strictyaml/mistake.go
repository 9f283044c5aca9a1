package strictyaml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Mistake is one thing wrong in a rules file: where, and what to write instead.
type Mistake struct {
	File         string
	Line, Column int // from 1
	Text         string
}

func (m Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text)
}

// Mistakes are all that is wrong in a rules file, in the file's order.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// Reporter collects while a rules file is compiled, so that one run shows every mistake.
type Reporter struct {
	File     string
	List     Mistakes
	Warnings Mistakes          // of what is legal and senseless
	Hints    map[string]string // what to do instead of keys that people try, by the key in lower case without - and _
	Refused  int               // values and keys that were not read, so that what they stand for is not known to be missing
}

// Warn notes what is legal at a node of the file, and likely not what was meant.
func (m *Reporter) Warn(n ast.Node, format string, args ...any) {
	m.Warnings = append(m.Warnings, m.mistakeAt(First(n), fmt.Sprintf(format, args...)))
}

// At notes a mistake at a node of the file.
func (m *Reporter) At(n ast.Node, format string, args ...any) {
	m.List = append(m.List, m.mistakeAt(n, fmt.Sprintf(format, args...)))
}

func (m *Reporter) mistakeAt(n ast.Node, text string) Mistake {
	mistake := Mistake{File: m.File, Line: 1, Column: 1, Text: text}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		mistake.Line, mistake.Column = tk.Position.Line, tk.Position.Column
	}
	return mistake
}
