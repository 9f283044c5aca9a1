package core

import "github.com/goccy/go-yaml/ast"

// compileAnythingBut compiles a value, a list of values, or a matcher on texts, none of which may fit. What is not
// there, and what there is nothing to compare in, is not anything.
func compileAnythingBut(operand ast.Node, m *mistakes) matcher {
	var unwanted []matcher
	if object, ok := operand.(*ast.MappingNode); ok {
		e, ok := onlyEntry(object, []string{"prefix", "suffix", "wildcard", "equals-ignore-case"}, m)
		if !ok {
			return nil
		}
		unwanted = append(unwanted, compileText(e, m))
	} else {
		for _, n := range listOf(operand, m) {
			unwanted = append(unwanted, compileLiteral(n, m))
		}
	}
	fits := anyOf(unwanted)
	return func(s scalar) bool {
		return s.is != absent && s.is != opaque && !fits(s)
	}
}
