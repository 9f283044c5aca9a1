package core

import "github.com/goccy/go-yaml/ast"

// compileConstant returns what a constant payload sends: text as it is, anything else as JSON.
func compileConstant(n ast.Node, m *mistakes) string {
	if text, ok := plainText(n); ok {
		return text
	}
	if _, ok := n.(*ast.NullNode); ok {
		m.at(n, "constant is null: write what to send, text or JSON")
		return ""
	}
	return string(appendYAML(nil, n, m))
}

// appendYAML appends a node as JSON, names in the file's order and numbers digit by digit as they are written.
func appendYAML(dst []byte, n ast.Node, m *mistakes) []byte {
	switch n := n.(type) {
	case *ast.MappingNode:
		dst = append(dst, '{')
		for i, e := range entries(n, m) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONString(dst, e.name), ':')
			dst = appendYAML(dst, e.value, m)
		}
		return append(dst, '}')
	case *ast.SequenceNode:
		dst = append(dst, '[')
		for i, element := range n.Values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendYAML(dst, unwrap(element, m), m)
		}
		return append(dst, ']')
	case nil:
		return dst
	}
	s := literal(n, m)
	if s.is == str {
		return appendJSONString(dst, s.text)
	}
	return append(dst, s.text...)
}
