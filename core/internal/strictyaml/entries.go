package strictyaml

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/internal/suggest"
)

// A Pair is a name and its value in an object of a rules file.
type Pair struct {
	Key   ast.Node
	Name  string
	Value ast.Node
}

// Pairs reads an object. A name that is not valid in JSON, or occurs twice, is a mistake.
func Pairs(object *ast.MappingNode, m *Reporter) []Pair {
	var list []Pair
	seen := make(map[string]bool)
	for _, pair := range object.Values {
		switch pair.Key.(type) {
		case *ast.MappingKeyNode, *ast.MergeKeyNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
			m.refuseKey(pair.Key)
			continue
		}
		e := Pair{Key: pair.Key, Name: pair.Key.GetToken().Value, Value: Unwrap(pair.Value, m)}
		if seen[e.Name] {
			m.At(e.Key, "%q is given twice: write it once", e.Name)
		}
		seen[e.Name] = true
		if e.Value != nil {
			list = append(list, e)
		}
	}
	return list
}

// refuseKey reports a key that is not a name.
func (m *Reporter) refuseKey(key ast.MapKeyNode) {
	m.Refused++
	if _, ok := key.(*ast.MergeKeyNode); ok {
		m.At(key, "<<: merge keys are not supported: write the keys and values here")
		return
	}
	m.At(key, "%s is not a name: write names as text, with or without quotes", OneLine(key))
}

// OnlyPair reads an object that must have exactly one name, which must be allowed.
func OnlyPair(object *ast.MappingNode, allowed []string, m *Reporter) (Pair, bool) {
	if len(object.Values) != 1 {
		m.At(First(object), "%s must have one name: %s", OneLine(object), suggest.Alternatives(allowed))
		return Pair{}, false
	}
	list := Pairs(object, m)
	if len(list) == 0 {
		return Pair{}, false
	}
	for _, name := range allowed {
		if list[0].Name == name {
			return list[0], true
		}
	}
	m.At(list[0].Key, "%q is not allowed here: write %s", list[0].Name, suggest.Alternatives(allowed))
	return Pair{}, false
}

// ListOf reads a list, or a single value as a list of one. An empty list is a mistake.
func ListOf(n ast.Node, m *Reporter) []ast.Node {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		return []ast.Node{n}
	}
	if len(sequence.Values) == 0 {
		m.At(n, "[] never matches: write at least one value, or leave the name out")
	}
	var list []ast.Node
	for _, element := range sequence.Values {
		if element = Unwrap(element, m); element != nil {
			list = append(list, element)
		}
	}
	return list
}

// Unwrap removes an anchor. Aliases and tags are mistakes, for which it returns nil.
func Unwrap(n ast.Node, m *Reporter) ast.Node {
	for {
		anchor, ok := n.(*ast.AnchorNode)
		if !ok {
			break
		}
		n = anchor.Value
	}
	switch n.(type) {
	case *ast.AliasNode, *ast.TagNode:
		m.Refused++
		m.At(n, "%s: aliases and tags are not supported: write the value itself", OneLine(n))
		return nil
	}
	return n
}

// First returns the node where a reader would say that a node starts. The parser reports the first colon for an object
// without braces.
func First(n ast.Node) ast.Node {
	if object, ok := n.(*ast.MappingNode); ok && !object.IsFlowStyle && len(object.Values) > 0 {
		return object.Values[0].Key
	}
	return n
}
