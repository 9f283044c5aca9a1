package pattern

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// A wildcard is the literal parts of a text, with a * between any two of them. A * matches any number of characters.
type wildcard []string

// parseWildcard parses a wildcard, in which \* is an asterisk and \\ is a backslash.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
func parseWildcard(s string) (wildcard, error) {
	var parts wildcard
	var part strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '*':
			if part.Len() == 0 && len(parts) > 0 {
				return nil, errors.New("** means the same as *: write *")
			}
			parts = append(parts, part.String())
			part.Reset()
		case s[i] != '\\':
			part.WriteByte(s[i])
		case i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '\\'):
			i++
			part.WriteByte(s[i])
		default:
			return nil, fmt.Errorf(`%q: in a wildcard write \\ for a backslash and \* for an asterisk`, s[i:])
		}
	}
	return append(parts, part.String()), nil
}

func wildcardTest(want string, n ast.Node, m *strictyaml.Reporter) textTest {
	w, err := parseWildcard(want)
	if err != nil {
		m.At(n, "wildcard: %s", err)
	}
	return w.match
}

// match reports whether the whole of s matches. Each part is matched where it first occurs, because a later place leaves
// less text for the parts after it.
func (w wildcard) match(s string) bool {
	first, last := w[0], w[len(w)-1]
	if len(w) == 1 {
		return s == first
	}
	s, ok := strings.CutPrefix(s, first)
	if !ok {
		return false
	}
	for _, part := range w[1 : len(w)-1] {
		if _, s, ok = strings.Cut(s, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(s, last)
}
