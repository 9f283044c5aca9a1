package strictyaml

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"sendbridge/internal/shorten"
)

// mostOfALine limits the bytes of a node that a message may quote. A pattern keeps these quotations for each level with all
// levels below it. Without a limit, a deep pattern would take time and memory that grow with the square of its depth.
const mostOfALine = 400

// OneLine returns a node, or its beginning, as one line of YAML.
func OneLine(n ast.Node) string {
	return shorten.Bytes(string(appendLine(nil, n, mostOfALine)), mostOfALine)
}

// WholeLine returns a complete node as one line, to compare it with another.
func WholeLine(n ast.Node) string { return string(appendLine(nil, n, int(^uint(0)>>1))) }

// appendLine stops soon after the limit.
func appendLine(dst []byte, n ast.Node, limit int) []byte {
	if len(dst) > limit {
		return dst
	}
	switch n := n.(type) {
	case nil:
		return dst
	case *ast.MappingNode:
		dst = append(dst, '{')
		for i, pair := range n.Values {
			if len(dst) > limit {
				return dst
			}
			dst = appendComma(dst, i)
			dst = append(appendLine(dst, pair.Key, limit), ": "...)
			dst = appendLine(dst, pair.Value, limit)
		}
		return append(dst, '}')
	case *ast.SequenceNode:
		dst = append(dst, '[')
		for i, element := range n.Values {
			if len(dst) > limit {
				return dst
			}
			dst = appendLine(appendComma(dst, i), element, limit)
		}
		return append(dst, ']')
	case *ast.AliasNode:
		return appendLine(append(dst, '*'), n.Value, limit)
	case *ast.AnchorNode:
		return appendLine(dst, n.Value, limit)
	case *ast.TagNode:
		return appendLine(append(append(dst, n.Start.Value...), ' '), n.Value, limit)
	case *ast.LiteralNode:
		return strconv.AppendQuote(dst, n.Value.Value)
	case *ast.StringNode:
		if n.Token.Type != token.StringType {
			return strconv.AppendQuote(dst, n.Value)
		}
	}
	return append(dst, n.GetToken().Value...)
}

func appendComma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ", "...)
	}
	return dst
}
