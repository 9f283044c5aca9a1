package pattern

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
)

// Compile compiles a pattern over an event or, if element is true, over the element of each. It returns nil after a
// mistake.
func Compile(n ast.Node, element bool, m *strictyaml.Reporter) *Pattern {
	before := len(m.List)
	p := &Pattern{element: element, root: clause{path: "$", written: strictyaml.OneLine(n)}}
	if element {
		p.root.path = "@"
	}
	switch object := strictyaml.Unwrap(n, m).(type) {
	case nil:
	case *ast.MappingNode:
		p.root.setFields(compileFields(object, &p.root, m))
		if n := combinations(p.root.fields); n > maxCombinations {
			m.At(strictyaml.First(object), "$or: the pattern has more than %d combinations of alternatives: write several rules", maxCombinations)
		}
	default:
		m.At(object, "a pattern maps names to lists of values: write {source: [\"acs.oss\"]} instead of %s", strictyaml.OneLine(object))
	}
	if len(m.List) > before {
		return nil
	}
	return p
}

func (c *clause) setFields(fields []clause) {
	c.fields = fields
	c.absents = absentsOf(fields)
}

// compileFields compiles the names of an object. Only the names of the event itself have the parent "$".
func compileFields(object *ast.MappingNode, parent *clause, m *strictyaml.Reporter) []clause {
	if len(object.Values) == 0 {
		m.At(strictyaml.First(object), "{} is empty: leave it out, or write a name with a list of values")
	}
	var fields []clause
	for _, e := range strictyaml.Pairs(object, m) {
		c := clause{path: jsonpath.MemberPath(parent.path, e.Name), name: e.Name, written: strictyaml.OneLine(e.Value)}
		switch {
		case e.Name == "$or":
			c.path, c.name = parent.path+".$or", ""
			c.alternatives = compileAlternatives(e, parent, m)
		case parent.path == "$":
			compileTop(&c, e, m)
		default:
			checkDots(e, m)
			compileClause(&c, e, m)
		}
		fields = append(fields, c)
	}
	return fields
}

func compileTop(c *clause, e strictyaml.Pair, m *strictyaml.Reporter) {
	if strings.HasPrefix(e.Name, "data.") && isDotted(e) {
		checkDots(e, m)
		return
	}
	if hint := jsonpath.NotAnAttribute(e.Name); hint != "" {
		m.At(e.Key, "%s", hint)
		return
	}
	if object, ok := e.Value.(*ast.MappingNode); ok && e.Name != "data" {
		instead := `[{prefix: "a"}]`
		if len(object.Values) > 0 && slices.Contains(matcherNames(), strictyaml.OneLine(object.Values[0].Key)) {
			instead = "[" + c.written + "]"
		}
		m.At(strictyaml.First(object), "attribute %q is a single value without names in it: write a list such as %s", e.Name, instead)
		return
	}
	compileClause(c, e, m)
}

func compileClause(c *clause, e strictyaml.Pair, m *strictyaml.Reporter) {
	if isMisplacedMatcher(e) {
		m.At(e.Key, "matcher %q must be in a list: write [{%s: %s}]", e.Name, e.Name, c.written)
		return
	}
	switch n := e.Value.(type) {
	case *ast.SequenceNode:
		c.accepts = compileValues(n, m)
		c.texts, c.prefixes = textsOf(n)
		c.wantsAbsent = c.accepts != nil && asksForAbsence(n)
	case *ast.MappingNode:
		c.setFields(compileFields(n, c, m))
	default:
		if want := strictyaml.Literal(n, m); want.Kind != scalar.Absent {
			m.At(n, "values must be in a list: write [%s]", want.Written())
		}
	}
}

func compileValues(list *ast.SequenceNode, m *strictyaml.Reporter) matcher {
	var values []matcher
	for _, n := range strictyaml.ListOf(list, m) {
		switch n := n.(type) {
		case *ast.MappingNode:
			values = append(values, compileMatcher(n, m))
		case *ast.SequenceNode:
			m.At(n, "a list must not contain a list: write all values in one list; an array of the event matches if any of its elements does")
		default:
			values = append(values, compileLiteral(n, m))
		}
	}
	return anyOf(values)
}

// isMisplacedMatcher reports whether a pair is a matcher that lacks its list. Names of the content may be called prefix,
// too.
func isMisplacedMatcher(e strictyaml.Pair) bool {
	if !slices.Contains(matcherNames(), e.Name) {
		return false
	}
	switch n := e.Value.(type) {
	case *ast.SequenceNode:
		if e.Name == "numeric" && len(n.Values) > 0 {
			return slices.Contains(operators(), n.Values[0].GetToken().Value)
		}
	case *ast.MappingNode:
	default:
		return true
	}
	return strings.Contains(e.Name, "-")
}
