package strictyaml

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/text"
)

// CompileConstant returns the text that a constant payload sends: a string as it is, any other value as JSON.
func CompileConstant(n ast.Node, m *Reporter) string {
	if text, ok := PlainText(n); ok {
		return text
	}
	if _, ok := n.(*ast.NullNode); ok {
		m.At(n, "constant is null: write what to send, text or JSON")
		return ""
	}
	return string(appendYAML(nil, n, m))
}

// appendYAML appends a node as JSON, with names in the file's order and numbers with the digits as written.
func appendYAML(dst []byte, n ast.Node, m *Reporter) []byte {
	switch n := n.(type) {
	case *ast.MappingNode:
		dst = append(dst, '{')
		for i, e := range Pairs(n, m) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(text.AppendJSONString(dst, e.Name), ':')
			dst = appendYAML(dst, e.Value, m)
		}
		return append(dst, '}')
	case *ast.SequenceNode:
		dst = append(dst, '[')
		for i, element := range n.Values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendYAML(dst, Unwrap(element, m), m)
		}
		return append(dst, ']')
	case nil:
		return dst
	}
	s := Literal(n, m)
	if s.Kind == scalar.String {
		return text.AppendJSONString(dst, s.Text)
	}
	return append(dst, s.Text...)
}
