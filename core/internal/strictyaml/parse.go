// Package strictyaml reads YAML in which every key is known, and collects each mistake with its line and column and what to
// write instead. It accepts the part of YAML that JSON can express: no tags, no directives, and JSON's numbers.
package strictyaml

import (
	"bytes"
	"errors"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"sendbridge/core/internal/text"
)

// ParseYAML returns the only document of a rules file, or nil after a mistake that makes it useless to continue. whenEmpty
// says what to write into an empty file.
func ParseYAML(src []byte, whenEmpty string, m *Reporter) ast.Node {
	if i := text.InvalidUTF8(string(src)); i >= 0 {
		m.atLine(1+bytes.Count(src[:i], []byte("\n")), "not UTF-8: save the file as UTF-8")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		m.List = append(m.List, syntaxMistake(m.File, err))
		return nil
	}
	return onlyDocument(file, whenEmpty, m)
}

// atLine reports a mistake that has no node.
func (m *Reporter) atLine(line int, text string) {
	m.List = append(m.List, Mistake{File: m.File, Line: line, Column: 1, Text: text})
}

func syntaxMistake(file string, err error) Mistake {
	mistake := Mistake{File: file, Line: 1, Column: 1, Text: "not YAML: " + err.Error()}
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		mistake.Text = "not YAML: " + syntax.GetMessage() + ": " + adviceOn(syntax.GetMessage())
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			mistake.Line, mistake.Column = max(1, tk.Position.Line), max(1, tk.Position.Column)
		}
	}
	return mistake
}

func onlyDocument(file *ast.File, whenEmpty string, m *Reporter) (root ast.Node) {
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil:
		case *ast.DirectiveNode:
			m.At(body, "directives (%%) are not supported: leave the line out")
			return nil
		default:
			if root != nil {
				m.At(First(body), "a second document: put all rules under one rules: key, without --- between them")
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
