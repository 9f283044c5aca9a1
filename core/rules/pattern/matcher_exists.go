package pattern

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// compileExists compiles {exists: true} or {exists: false}. A name with the value null, an object or an array exists.
func compileExists(operand ast.Node, m *strictyaml.Reporter) matcher {
	want, ok := operand.(*ast.BoolNode)
	if !ok {
		m.At(strictyaml.First(operand), "exists must be true or false, not %s", strictyaml.OneLine(operand))
		return nil
	}
	there := want.Value
	return func(s scalar.Scalar) bool { return (s.Kind != scalar.Absent) == there }
}

func isFalse(n ast.Node) bool {
	b, ok := n.(*ast.BoolNode)
	return ok && !b.Value
}

// asksForAbsence reports whether a list contains {exists: false}.
func asksForAbsence(list *ast.SequenceNode) bool {
	return slices.ContainsFunc(list.Values, func(n ast.Node) bool {
		object, ok := n.(*ast.MappingNode)
		return ok && len(object.Values) == 1 && object.Values[0].Key.GetToken().Value == "exists" && isFalse(object.Values[0].Value)
	})
}
