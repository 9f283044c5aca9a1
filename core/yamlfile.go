package core

import (
	"bytes"
	"errors"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// parseYAML returns the one document of a rules file, nil after a mistake that leaves nothing to go on with. whenEmpty
// says what to write into a file that has none.
func parseYAML(src []byte, whenEmpty string, m *mistakes) ast.Node {
	if i := invalidUTF8(string(src)); i >= 0 {
		m.atLine(1+bytes.Count(src[:i], []byte("\n")), "not UTF-8: save the file as UTF-8")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		m.list = append(m.list, syntaxMistake(m.file, err))
		return nil
	}
	return onlyDocument(file, whenEmpty, m)
}

// atLine notes a mistake where there is no node to point at.
func (m *mistakes) atLine(line int, text string) {
	m.list = append(m.list, Mistake{File: m.file, Line: line, Column: 1, Text: text})
}

func syntaxMistake(file string, err error) Mistake {
	mistake := Mistake{File: file, Line: 1, Column: 1, Text: "not YAML: " + err.Error()}
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		mistake.Text = "not YAML: " + syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			mistake.Line, mistake.Column = max(1, tk.Position.Line), max(1, tk.Position.Column)
		}
	}
	return mistake
}

func onlyDocument(file *ast.File, whenEmpty string, m *mistakes) (root ast.Node) {
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil:
		case *ast.DirectiveNode:
			m.at(body, "directives (%%) are not supported: leave the line out")
			return nil
		default:
			if root != nil {
				m.at(first(body), "a second document: put all rules under one rules: key, without --- between them")
				return nil
			}
			root = body
		}
	}
	if root == nil {
		m.atLine(1, "the file is empty: "+whenEmpty)
	}
	return root
}
