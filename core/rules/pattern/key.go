package pattern

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// A Key is one place in an event, and the texts and starts of texts of which a pattern demands one there. Events that
// have none of them are not for the pattern, so that an index over many patterns need not ask this one.
type Key struct {
	Names    []string // an attribute's name, or data and the names below it
	Texts    []string
	Prefixes []string
}

// Keys returns the keys of a pattern over an event, each of which an event must have. There are none where no place must
// have one of some texts, as with other matchers and numbers.
func (p *Pattern) Keys() []Key {
	if p.element {
		return nil
	}
	return appendKeys(nil, p.root.fields, nil)
}

func appendKeys(keys []Key, clauses []clause, above []string) []Key {
	for i := range clauses {
		c := &clauses[i]
		names := append(above[:len(above):len(above)], c.name)
		if c.texts != nil || c.prefixes != nil {
			keys = append(keys, Key{names, c.texts, c.prefixes})
		}
		keys = appendKeys(keys, c.fields, names)
	}
	return keys
}

// textsOf returns the values of a list that is of texts and of prefix matchers alone.
func textsOf(list *ast.SequenceNode) (texts, prefixes []string) {
	for _, n := range list.Values {
		object, isMatcher := n.(*ast.MappingNode)
		switch {
		case !isMatcher:
			text, ok := textOf(n)
			if !ok {
				return nil, nil
			}
			texts = append(texts, text)
		case len(object.Values) == 1 && object.Values[0].Key.String() == "prefix":
			text, ok := textOf(object.Values[0].Value)
			if !ok {
				return nil, nil
			}
			prefixes = append(prefixes, text)
		default:
			return nil, nil
		}
	}
	return texts, prefixes
}

func textOf(n ast.Node) (string, bool) {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		want := strictyaml.Literal(n, new(strictyaml.Reporter)) // its mistakes are noted elsewhere
		return want.Text, want.Kind == scalar.String
	}
	return "", false
}
