package core

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// An entry is a name of an object in a rules file with its value.
type entry struct {
	key   ast.Node
	name  string
	value ast.Node
}

// entries reads an object. Names that JSON couldn't have, or has twice, are mistakes.
func entries(object *ast.MappingNode, m *mistakes) []entry {
	var list []entry
	seen := make(map[string]bool)
	for _, pair := range object.Values {
		switch pair.Key.(type) {
		case *ast.MappingKeyNode, *ast.MergeKeyNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
			m.at(pair.Key, "%s is not a name here: write names as plain text or in quotes", oneLine(pair.Key))
			continue
		}
		e := entry{key: pair.Key, name: pair.Key.GetToken().Value, value: unwrap(pair.Value, m)}
		if seen[e.name] {
			m.at(e.key, "%q is given twice: write it once", e.name)
		}
		seen[e.name] = true
		if e.value != nil {
			list = append(list, e)
		}
	}
	return list
}

// onlyEntry reads an object that must have one name, one of those allowed.
func onlyEntry(object *ast.MappingNode, allowed []string, m *mistakes) (entry, bool) {
	if len(object.Values) != 1 {
		m.at(first(object), "%s must have one name: %s", oneLine(object), Alternatives(allowed))
		return entry{}, false
	}
	list := entries(object, m)
	if len(list) == 0 {
		return entry{}, false
	}
	for _, name := range allowed {
		if list[0].name == name {
			return list[0], true
		}
	}
	m.at(list[0].key, "%q can't be here: write %s", list[0].name, Alternatives(allowed))
	return entry{}, false
}

// listOf reads a list, or a value that stands for a list of one. An empty list is a mistake.
func listOf(n ast.Node, m *mistakes) []ast.Node {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		return []ast.Node{n}
	}
	if len(sequence.Values) == 0 {
		m.at(n, "[] fits nothing: write at least one value, or leave the name out")
	}
	var list []ast.Node
	for _, element := range sequence.Values {
		if element = unwrap(element, m); element != nil {
			list = append(list, element)
		}
	}
	return list
}

// unwrap drops an anchor. Aliases and tags are mistakes, for which it returns nil.
func unwrap(n ast.Node, m *mistakes) ast.Node {
	for {
		anchor, ok := n.(*ast.AnchorNode)
		if !ok {
			break
		}
		n = anchor.Value
	}
	switch n.(type) {
	case *ast.AliasNode, *ast.TagNode:
		m.at(n, "%s: aliases and tags are not understood: write the value itself", oneLine(n))
		return nil
	}
	return n
}

// first is where a node starts for a reader: the parser puts an object without braces at its first colon.
func first(n ast.Node) ast.Node {
	if object, ok := n.(*ast.MappingNode); ok && !object.IsFlowStyle && len(object.Values) > 0 {
		return object.Values[0].Key
	}
	return n
}

// oneLine writes a node as it could stand in one line of the file.
func oneLine(n ast.Node) string {
	var parts []string
	switch n := n.(type) {
	case nil:
		return ""
	case *ast.MappingNode:
		for _, pair := range n.Values {
			parts = append(parts, oneLine(pair.Key)+": "+oneLine(pair.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *ast.SequenceNode:
		for _, element := range n.Values {
			parts = append(parts, oneLine(element))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *ast.AliasNode:
		return "*" + oneLine(n.Value)
	case *ast.AnchorNode:
		return oneLine(n.Value)
	case *ast.TagNode:
		return n.Start.Value + " " + oneLine(n.Value)
	case *ast.LiteralNode:
		return strconv.Quote(n.Value.Value)
	case *ast.StringNode:
		if n.Token.Type != token.StringType {
			return strconv.Quote(n.Value)
		}
	}
	return n.GetToken().Value
}

// Alternatives lists names for a mistake's text: "a", "b" or "c".
func Alternatives(names []string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(name))
	}
	return b.String()
}
