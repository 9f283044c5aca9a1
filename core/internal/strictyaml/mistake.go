package strictyaml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Mistake is one mistake in a rules file: its position, and what to write instead.
type Mistake struct {
	File         string
	Line, Column int // from 1
	Text         string
}

func (m Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text)
}

// Mistakes are all mistakes in a rules file, in the file's order.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// A Reporter collects the mistakes of a rules file, so that one run reports all of them.
type Reporter struct {
	File     string
	List     Mistakes
	Warnings Mistakes          // about valid values that are probably wrong
	Hints    map[string]string // advice for keys that users often try, by the key in lower case without - and _
	Refused  int               // number of values and keys that could not be read; if there are any, others may not really be missing
}

// Warn reports a valid but probably wrong value at a node of the file.
func (m *Reporter) Warn(n ast.Node, format string, args ...any) {
	m.Warnings = append(m.Warnings, m.mistakeAt(First(n), fmt.Sprintf(format, args...)))
}

// At reports a mistake at a node of the file.
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
