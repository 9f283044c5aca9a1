package pattern

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// A Key is a place in an event at which a pattern requires one of some texts or prefixes. An event without any of them does
// not match, so an index over many patterns can skip this one.
type Key struct {
	Names    []string // an attribute's name, or data and the names below it
	Texts    []string
	Prefixes []string
}

// Keys returns the keys of a pattern over an event. A matching event has one of each key's texts. There are no keys if the
// pattern has only other matchers, numbers, true, false or null.
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

// textsOf returns the values of a list that consists of texts and prefix matchers.
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
		want := strictyaml.Literal(n, new(strictyaml.Reporter)) // compileLiteral reports its mistakes
		return want.Text, want.Kind == scalar.String
	}
	return "", false
}
