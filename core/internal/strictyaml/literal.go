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

// Literal reads a scalar of a rules file; absent, with a mistake noted, if JSON has no such scalar.
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
			m.At(n, `nothing is written here: write a value such as "", or null`)
			return scalar.Scalar{}
		}
		return scalar.Scalar{Kind: scalar.Keyword, Text: "null"}
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return plainScalar(n, m)
	}
	m.At(First(n), "%s is not a value: write a string, a number, true, false or null", OneLine(n))
	return scalar.Scalar{}
}

// plainScalar reads a scalar without quotes that YAML doesn't take for true, false or null. YAML's numbers are more than
// JSON's, but it takes 1e5 for a string.
func plainScalar(n ast.Node, m *Reporter) scalar.Scalar {
	written := n.GetToken().Value
	if d, ok := scalar.ParseDecimal(written); ok {
		if d.Exponent > scalar.MaxExponent || d.Exponent < -scalar.MaxExponent {
			m.At(n, "number %s: an exponent beyond %d is of no use to compare with", text.Excerpt(written), scalar.MaxExponent)
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
			m.At(n, "%s is one text, as commas are missing: write %s, or %q for the text", written, strings.Join(strings.Fields(written), ", "), written)
			return scalar.Scalar{}
		}
		f, err := strconv.ParseFloat(written, 64)
		if err != nil || strings.TrimLeft(written, "+-.0123456789") == written {
			return scalar.Scalar{Kind: scalar.String, Text: written}
		}
		instead = strconv.FormatFloat(f, 'g', -1, 64)
	}
	if _, ok := scalar.ParseDecimal(instead); ok {
		m.At(n, "%s is not a number of JSON: write %s, or %q for the text", written, instead, written)
	} else {
		m.At(n, "%s is not a number of JSON, which has none such: write %q for the text", written, written)
	}
	return scalar.Scalar{}
}

// missingCommas says whether a plain text is two numbers or more with blanks between them.
func missingCommas(written string) bool {
	words := strings.Fields(written)
	for _, word := range words {
		if _, ok := scalar.ParseDecimal(word); !ok {
			return false
		}
	}
	return len(words) > 1
}
