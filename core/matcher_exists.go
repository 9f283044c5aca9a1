package core

import "github.com/goccy/go-yaml/ast"

// compileExists compiles whether a name must be there, be its value null, an object or an array.
func compileExists(operand ast.Node, m *mistakes) matcher {
	want, ok := operand.(*ast.BoolNode)
	if !ok {
		m.at(first(operand), "exists takes true or false, not %s", oneLine(operand))
		return nil
	}
	there := want.Value
	return func(s scalar) bool { return (s.is != absent) == there }
}

func isFalse(n ast.Node) bool {
	b, ok := n.(*ast.BoolNode)
	return ok && !b.Value
}
