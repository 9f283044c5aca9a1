package pattern

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"sendbridge/core/internal/strictyaml"
)

// isDotted tells a plain name with dots, which its writer takes for a path. In quotes it is one name: content has such
// names too.
func isDotted(e strictyaml.Pair) bool {
	key, ok := e.Key.(*ast.StringNode)
	return ok && key.Token.Type == token.StringType && strings.Contains(e.Name, ".") &&
		!slices.Contains(strings.Split(e.Name, "."), "")
}

// checkDots complains about a plain name with dots.
func checkDots(e strictyaml.Pair, m *strictyaml.Reporter) {
	if !isDotted(e) {
		return
	}
	nested := strings.ReplaceAll(e.Name, ".", ": {") + ": " + strictyaml.OneLine(e.Value) + strings.Repeat("}", strings.Count(e.Name, "."))
	m.At(e.Key, "%s is one name with a dot, not a path: write the names nested, as in {%s}, or %q in quotes if the content has that very name", e.Name, nested, e.Name)
}
