package pattern

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// compileLiteral compiles a string, a number, true, false or null, which matches equal values.
func compileLiteral(n ast.Node, m *strictyaml.Reporter) matcher {
	switch want := strictyaml.Literal(n, m); want.Kind {
	case scalar.String:
		equals := func(text string) bool { return text == want.Text }
		return func(s scalar.Scalar) bool { return s.IsText(equals) }
	case scalar.Number:
		wanted, _ := scalar.ParseDecimal(want.Text)
		return func(s scalar.Scalar) bool {
			d, ok := s.AsDecimal()
			return ok && d.Compare(wanted) == 0
		}
	case scalar.Keyword:
		return func(s scalar.Scalar) bool {
			return s.Text == want.Text && (s.Kind == scalar.Keyword || s.Kind == scalar.Untyped && want.Text != "null")
		}
	}
	return nil
}
