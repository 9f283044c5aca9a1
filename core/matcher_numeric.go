package core

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A comparison is an operator with its right side.
type comparison struct {
	operator string
	limit    decimal
}

func operators() []string { return []string{"=", ">", ">=", "<", "<="} }

// compileNumeric compiles one comparison, or two that are a lower and an upper bound.
func compileNumeric(operand ast.Node, m *mistakes) matcher {
	list, ok := operand.(*ast.SequenceNode)
	if !ok || len(list.Values) != 2 && len(list.Values) != 4 {
		m.at(first(operand), `numeric takes one comparison or two: write ["=", 5], [">", 0] or [">", 0, "<=", 100]`)
		return nil
	}
	var all []comparison
	for pair := range slices.Chunk(list.Values, 2) {
		if c, ok := compileComparison(pair[0], pair[1], m); ok {
			all = append(all, c)
		}
	}
	if len(all) == 2 && !isRange(all[0], all[1]) {
		m.at(list, `numeric: %s holds for no number, or says too much: write a lower and a higher bound such as [">", 0, "<=", 100]`, oneLine(list))
	}
	return func(s scalar) bool {
		got, ok := s.decimal()
		return ok && !slices.ContainsFunc(all, func(c comparison) bool { return !c.holds(got) })
	}
}

func compileComparison(operator, limit ast.Node, m *mistakes) (comparison, bool) {
	if op := operator.GetToken().Value; !slices.Contains(operators(), op) {
		m.at(first(operator), "numeric: %s is not a comparison: write one of %s", oneLine(operator), Alternatives(operators()))
		return comparison{}, false
	}
	want := literal(limit, m)
	if want.is != number {
		if want.is != absent {
			m.at(limit, "numeric compares numbers: %s is none; a number has no quotes", oneLine(limit))
		}
		return comparison{}, false
	}
	d, _ := parseDecimal(want.text)
	return comparison{operator.GetToken().Value, d}, true
}

func (c comparison) holds(d decimal) bool {
	switch sign := d.compare(c.limit); c.operator {
	case "=":
		return sign == 0
	case ">":
		return sign > 0
	case ">=":
		return sign >= 0
	case "<":
		return sign < 0
	default:
		return sign <= 0
	}
}

// isRange says whether two comparisons bound a range with something in it.
func isRange(a, b comparison) bool {
	if a.operator[0] == '<' {
		a, b = b, a
	}
	if a.operator[0] != '>' || b.operator[0] != '<' {
		return false
	}
	sign := a.limit.compare(b.limit)
	return sign < 0 || sign == 0 && strings.HasSuffix(a.operator, "=") && strings.HasSuffix(b.operator, "=")
}
