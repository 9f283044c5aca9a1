package pattern

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"sendbridge/core/internal/strictyaml"
)

// isDotted reports whether a name has dots and no quotes, so that its author probably means a path. In quotes it is one
// name, because content has such names too.
func isDotted(e strictyaml.Pair) bool {
	key, ok := e.Key.(*ast.StringNode)
	return ok && key.Token.Type == token.StringType && strings.Contains(e.Name, ".") &&
		!slices.Contains(strings.Split(e.Name, "."), "")
}

// checkDots reports a name with dots and without quotes.
func checkDots(e strictyaml.Pair, m *strictyaml.Reporter) {
	if !isDotted(e) {
		return
	}
	nested := strings.ReplaceAll(e.Name, ".", ": {") + ": " + strictyaml.OneLine(e.Value) + strings.Repeat("}", strings.Count(e.Name, "."))
	m.At(e.Key, "%s is one name with a dot, not a path: write the names nested, as in {%s}, or %q in quotes if the content has a name with the dot", e.Name, nested, e.Name)
}
