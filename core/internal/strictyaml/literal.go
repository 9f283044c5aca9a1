package strictyaml

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/text"
)

// Literal reads a scalar of a rules file. If JSON has no such scalar, it reports a mistake and returns an absent one.
func Literal(n ast.Node, m *Reporter) scalar.Scalar {
	switch n := n.(type) {
	case *ast.StringNode:
		if n.Token.Type == token.StringType {
			return plainScalar(n, m)
		}
		return scalar.Scalar{Kind: scalar.String, Text: n.Value}
	case *ast.LiteralNode:
		return scalar.Scalar{Kind: scalar.String, Text: n.Value.Value}
	case *ast.BoolNode:
		return scalar.Scalar{Kind: scalar.Keyword, Text: strconv.FormatBool(n.Value)}
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			m.At(n, `the value is missing: write a value such as "" or null`)
			return scalar.Scalar{}
		}
		return scalar.Scalar{Kind: scalar.Keyword, Text: "null"}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return plainScalar(n, m)
	}
	m.At(First(n), "%s is not a value: write a string, a number, true, false or null", OneLine(n))
	return scalar.Scalar{}
}

// plainScalar reads a scalar without quotes that is not true, false or null in YAML. YAML has more forms of numbers than
// JSON, but reads 1e5 as a string.
func plainScalar(n ast.Node, m *Reporter) scalar.Scalar {
	written := n.GetToken().Value
	if d, ok := scalar.ParseDecimal(written); ok {
		if d.Exponent > scalar.MaxExponent || d.Exponent < -scalar.MaxExponent {
			m.At(n, "number %s: the exponent must not exceed %d", text.Excerpt(written), scalar.MaxExponent)
			return scalar.Scalar{}
		}
		return scalar.Scalar{Kind: scalar.Number, Text: written}
	}
	instead := ""
	switch n := n.(type) {
	case *ast.IntegerNode:
		instead = fmt.Sprint(n.Value)
	case *ast.FloatNode:
		instead = strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *ast.StringNode:
		if missingCommas(written) {
			m.At(n, "%s is one text, because the commas are missing: write %s, or %q for the text", written, strings.Join(strings.Fields(written), ", "), written)
			return scalar.Scalar{}
		}
		f, err := strconv.ParseFloat(written, 64)
		if err != nil || strings.TrimLeft(written, "+-.0123456789") == written {
			return scalar.Scalar{Kind: scalar.String, Text: written}
		}
		instead = strconv.FormatFloat(f, 'g', -1, 64)
	}
	if _, ok := scalar.ParseDecimal(instead); ok {
		m.At(n, "%s is not a JSON number: write %s, or %q for the text", written, instead, written)
	} else {
		m.At(n, "%s is not a JSON number: write %q for the text", written, written)
	}
	return scalar.Scalar{}
}

// missingCommas reports whether an unquoted text is two or more numbers separated by blanks.
func missingCommas(written string) bool {
	words := strings.Fields(written)
	for _, word := range words {
		if _, ok := scalar.ParseDecimal(word); !ok {
			return false
		}
	}
	return len(words) > 1
}
