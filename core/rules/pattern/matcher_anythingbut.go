package pattern

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// compileAnythingBut compiles anything-but: a value, a list of values, or a matcher on texts, none of which may match. A
// missing value, an object and an array do not match anything-but.
func compileAnythingBut(operand ast.Node, m *strictyaml.Reporter) matcher {
	var unwanted []matcher
	if object, ok := operand.(*ast.MappingNode); ok {
		e, ok := strictyaml.OnlyPair(object, []string{"prefix", "suffix", "contains", "wildcard", "equals-ignore-case"}, m)
		if !ok {
			return nil
		}
		unwanted = append(unwanted, compileOne(e, m))
	} else {
		for _, n := range strictyaml.ListOf(operand, m) {
			unwanted = append(unwanted, compileLiteral(n, m))
		}
	}
	fits := anyOf(unwanted)
	return func(s scalar.Scalar) bool {
		return s.Kind != scalar.Absent && s.Kind != scalar.Opaque && !fits(s)
	}
}
