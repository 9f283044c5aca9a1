package core

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// compileLiteral compiles a string, a number, true, false or null, which accepts its equals.
func compileLiteral(n ast.Node, m *mistakes) matcher {
	switch want := literal(n, m); want.is {
	case str:
		return func(s scalar) bool {
			text, ok := s.string()
			return ok && text == want.text
		}
	case number:
		wanted, _ := parseDecimal(want.text)
		return func(s scalar) bool {
			d, ok := s.decimal()
			return ok && d.compare(wanted) == 0
		}
	case keyword:
		return func(s scalar) bool {
			return s.text == want.text && (s.is == keyword || s.is == untyped && want.text != "null")
		}
	}
	return nil
}

// literal reads a scalar of a rules file; absent with a mistake noted if it is none that JSON has.
func literal(n ast.Node, m *mistakes) scalar {
	switch n := n.(type) {
	case *ast.StringNode:
		if n.Token.Type == token.StringType {
			return plain(n, m)
		}
		return scalar{is: str, text: n.Value}
	case *ast.LiteralNode:
		return scalar{is: str, text: n.Value.Value}
	case *ast.BoolNode:
		return scalar{is: keyword, text: strconv.FormatBool(n.Value)}
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			m.at(n, `nothing is written here: write a value such as "", or null`)
			return scalar{}
		}
		return scalar{is: keyword, text: "null"}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return plain(n, m)
	}
	m.at(first(n), "%s is not a value: write a string, a number, true, false or null", oneLine(n))
	return scalar{}
}

// plain reads a scalar without quotes that YAML doesn't take for true, false or null. YAML's numbers are more than
// JSON's, but it takes 1e5 for a string.
func plain(n ast.Node, m *mistakes) scalar {
	written := n.GetToken().Value
	if d, ok := parseDecimal(written); ok {
		if d.exponent > maxExponent || d.exponent < -maxExponent {
			m.at(n, "number %s: an exponent beyond %d is of no use to compare with", excerpt(written), maxExponent)
			return scalar{}
		}
		return scalar{is: number, text: written}
	}
	instead := ""
	switch n := n.(type) {
	case *ast.IntegerNode:
		instead = fmt.Sprint(n.Value)
	case *ast.FloatNode:
		instead = strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *ast.StringNode:
		f, err := strconv.ParseFloat(written, 64)
		if err != nil || strings.TrimLeft(written, "+-.0123456789") == written {
			return scalar{is: str, text: written}
		}
		instead = strconv.FormatFloat(f, 'g', -1, 64)
	}
	if _, ok := parseDecimal(instead); ok {
		m.at(n, "%s is not a number of JSON: write %s, or %q for the text", written, instead, written)
	} else {
		m.at(n, "%s is not a number of JSON, which has none such: write %q for the text", written, written)
	}
	return scalar{}
}
