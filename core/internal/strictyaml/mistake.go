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
	File string
	List Mistakes
}

// At notes a mistake at a node of the file.
func (m *Reporter) At(n ast.Node, format string, args ...any) {
	mistake := Mistake{File: m.File, Line: 1, Column: 1, Text: fmt.Sprintf(format, args...)}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		mistake.Line, mistake.Column = tk.Position.Line, tk.Position.Column
	}
	m.List = append(m.List, mistake)
}
