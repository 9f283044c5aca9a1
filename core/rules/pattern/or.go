package pattern

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// maxCombinations limits the patterns without $or that a pattern expands to, as in AWS EventBridge.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or
const maxCombinations = 1000

// compileAlternatives compiles the list of $or, whose patterns apply to the level of $or.
func compileAlternatives(e strictyaml.Pair, parent *clause, m *strictyaml.Reporter) [][]clause {
	list, ok := e.Value.(*ast.SequenceNode)
	if !ok || len(list.Values) < 2 {
		m.At(e.Key, "$or must be a list of two or more patterns: write $or: [{a: [1]}, {b: [2]}]")
		return nil
	}
	alternatives := make([][]clause, 0, len(list.Values))
	for _, n := range strictyaml.ListOf(list, m) {
		object, ok := n.(*ast.MappingNode)
		if !ok {
			m.At(n, "$or: %s is not a pattern: write names with lists of values, such as {a: [1]}", strictyaml.OneLine(n))
			continue
		}
		alternatives = append(alternatives, compileFields(object, parent, m))
	}
	return alternatives
}

// combinations counts the patterns without $or that clauses expand to. It stops above the limit.
func combinations(clauses []clause) int {
	product := 1
	for i := range clauses {
		c := &clauses[i]
		factor := 1
		if c.fields != nil {
			factor = combinations(c.fields)
		}
		if c.alternatives != nil {
			factor = 0
			for _, alternative := range c.alternatives {
				factor += combinations(alternative)
			}
		}
		product = min(product*min(factor, maxCombinations+1), maxCombinations+1)
	}
	return product
}
