package strictyaml

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/internal/suggest"
)

// A Complaint reports a mistake at a known position.
type Complaint func(format string, args ...any)

// On returns the Complaint for a node of the file.
func (m *Reporter) On(n ast.Node) Complaint {
	return func(format string, args ...any) { m.At(First(n), format, args...) }
}

// Fields returns the values of an object that may only have the known names, or nil if the node is not an object. A
// misspelled name is a mistake. Its value is returned under the name that was probably meant, so that it is checked, too.
func (m *Reporter) Fields(n ast.Node, what string, known ...string) map[string]ast.Node {
	if n = Unwrap(n, m); n == nil {
		return nil
	}
	object, ok := n.(*ast.MappingNode)
	if !ok {
		m.At(n, "%s must be a mapping of keys to values, not %s", what, NodeType(n))
		return nil
	}
	found := make(map[string]ast.Node, len(known))
	for _, e := range Pairs(object, m) {
		name := e.Name
		if !slices.Contains(known, name) {
			if hint := m.Hints[suggest.PlainName(name)]; hint != "" {
				m.At(e.Key, "%q is not a key of %s: %s", name, what, hint)
				continue
			}
			m.At(e.Key, "%q is not a key of %s: %s", name, what, suggest.Instead(name, known))
			name = suggest.Nearest(name, known)
		}
		if name != "" && found[name] == nil {
			found[name] = e.Value
		}
	}
	return found
}

// Text returns a string. Any other value is a mistake.
func (m *Reporter) Text(n ast.Node, what string) (string, bool) {
	s, ok := PlainText(n)
	if !ok {
		m.On(n)("%s must be text, not %s: put it in quotes", what, NodeType(n))
	}
	return s, ok
}

// PlainText returns the text of a string with any quotes.
func PlainText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// word returns one of the allowed words, or an empty string after a mistake.
func (m *Reporter) word(n ast.Node, what string, allowed []string) string {
	text, ok := m.Text(n, what)
	if ok && !slices.Contains(allowed, text) {
		m.On(n)("%s %q is not known: %s", what, text, suggest.Instead(text, allowed))
		return ""
	}
	return text
}

// Toggle returns true or false. Any other value is a mistake.
func (m *Reporter) Toggle(n ast.Node, what string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		m.On(n)("%s must be true or false, not %s", what, NodeType(n))
		return false
	}
	return b.Value
}

// texts reads a list of strings, or one string.
func (m *Reporter) texts(n ast.Node, what string) []string {
	var list []string
	for _, element := range ListOf(n, m) {
		if text, ok := m.Text(element, what); ok {
			list = append(list, text)
		}
	}
	return list
}

// NodeType returns the name of a node's type for messages.
func NodeType(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode:
		return "null"
	}
	return "a number"
}
