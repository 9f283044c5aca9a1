package pattern

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/internal/suggest"
)

// A comparison is an operator and its right operand.
type comparison struct {
	operator string
	limit    scalar.Decimal
}

func operators() []string { return []string{"=", ">", ">=", "<", "<="} }

// compileNumeric compiles one comparison, or a lower and an upper bound.
func compileNumeric(operand ast.Node, m *strictyaml.Reporter) matcher {
	list, ok := operand.(*ast.SequenceNode)
	if !ok || len(list.Values) != 2 && len(list.Values) != 4 {
		m.At(strictyaml.First(operand), `numeric must have one or two comparisons: write ["=", 5], [">", 0] or [">", 0, "<=", 100]`)
		return nil
	}
	var all []comparison
	for pair := range slices.Chunk(list.Values, 2) {
		if c, ok := compileComparison(pair[0], pair[1], m); ok {
			all = append(all, c)
		}
	}
	if len(all) == 2 && !isRange(all[0], all[1]) {
		m.At(list, `numeric: %s matches no number, or has a bound too many: write a lower and a higher bound such as [">", 0, "<=", 100]`, strictyaml.OneLine(list))
	}
	return func(s scalar.Scalar) bool {
		got, ok := s.AsDecimal()
		return ok && !slices.ContainsFunc(all, func(c comparison) bool { return !c.holds(got) })
	}
}

func compileComparison(operator, limit ast.Node, m *strictyaml.Reporter) (comparison, bool) {
	if op := operator.GetToken().Value; !slices.Contains(operators(), op) {
		m.At(strictyaml.First(operator), "numeric: %s is not a comparison: write one of %s", strictyaml.OneLine(operator), suggest.Alternatives(operators()))
		return comparison{}, false
	}
	want := strictyaml.Literal(limit, m)
	if want.Kind != scalar.Number {
		if want.Kind != scalar.Absent {
			m.At(limit, "numeric compares numbers: %s is not a number; write it without quotes", strictyaml.OneLine(limit))
		}
		return comparison{}, false
	}
	d, _ := scalar.ParseDecimal(want.Text)
	return comparison{operator.GetToken().Value, d}, true
}

func (c comparison) holds(d scalar.Decimal) bool {
	switch sign := d.Compare(c.limit); c.operator {
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

// isRange reports whether two comparisons are the bounds of a range that is not empty.
func isRange(a, b comparison) bool {
	if a.operator[0] == '<' {
		a, b = b, a
	}
	if a.operator[0] != '>' || b.operator[0] != '<' {
		return false
	}
	sign := a.limit.Compare(b.limit)
	return sign < 0 || sign == 0 && strings.HasSuffix(a.operator, "=") && strings.HasSuffix(b.operator, "=")
}
