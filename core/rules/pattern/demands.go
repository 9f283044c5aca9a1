package pattern

import (
	"slices"

	"sendbridge/core/internal/scalar"
)

// Demands reports whether every event that matches has a value at a path of names, or below it. A pattern over an element
// demands nothing.
func (p *Pattern) Demands(path ...string) bool {
	return p != nil && !p.element && demands(p.root.fields, path, nil)
}

// DemandsContent is Demands for a value that is neither null nor an empty text.
func (p *Pattern) DemandsContent(path ...string) bool {
	return p != nil && !p.element && demands(p.root.fields, path, []scalar.Scalar{{Kind: scalar.Keyword, Text: "null"}, {Kind: scalar.String}})
}

// demands reports whether the clauses of a level demand a path that starts at the level, and accept none of the values there.
func demands(clauses []clause, path []string, values []scalar.Scalar) bool {
	for i := range clauses {
		if clauses[i].demands(path, values) {
			return true
		}
	}
	return false
}

func (c *clause) demands(path []string, values []scalar.Scalar) bool {
	switch {
	case c.alternatives != nil:
		for _, alternative := range c.alternatives {
			if !demands(alternative, path, values) {
				return false
			}
		}
		return true
	case len(path) > 0 && c.name != path[0]:
		return false
	case c.fields != nil:
		return demands(c.fields, path[min(1, len(path)):], values)
	case len(path) == 1 && slices.ContainsFunc(values, c.accepts):
		return false
	}
	return len(path) <= 1 && !c.wantsAbsent
}
