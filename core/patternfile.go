package core

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// compilePattern compiles a pattern over an event, or over the element of each. It is nil if there were mistakes.
func compilePattern(n ast.Node, element bool, m *mistakes) *pattern {
	before := len(m.list)
	p := &pattern{element: element, root: clause{path: "$", written: oneLine(n)}}
	if element {
		p.root.path = "@"
	}
	switch n := unwrap(n, m).(type) {
	case nil:
	case *ast.MappingNode:
		p.root.fields = compileFields(n, &p.root, m)
	default:
		m.at(n, "a pattern is names with lists of values: write {source: [\"acs.oss\"]} instead of %s", oneLine(n))
	}
	if len(m.list) > before {
		return nil
	}
	return p
}

// compileFields compiles the names of an object; only those of an event itself have the parent "$".
func compileFields(object *ast.MappingNode, parent *clause, m *mistakes) []clause {
	if len(object.Values) == 0 {
		m.at(first(object), "{} asks for nothing: leave it out, or write a name with a list of values")
	}
	var fields []clause
	for _, e := range entries(object, m) {
		c := clause{path: memberPath(parent.path, e.name), name: e.name, written: oneLine(e.value)}
		switch {
		case e.name == "$or":
			m.at(e.key, "$or is not offered: write a rule for each alternative")
		case parent.path == "$":
			compileTop(&c, e, m)
		default:
			compileClause(&c, e, m)
		}
		fields = append(fields, c)
	}
	return fields
}

func compileTop(c *clause, e entry, m *mistakes) {
	if hint := notAnAttribute(e.name); hint != "" {
		m.at(e.key, "%s", hint)
		return
	}
	if object, ok := e.value.(*ast.MappingNode); ok && e.name != "data" {
		instead := `[{prefix: "a"}]`
		if len(object.Values) > 0 && slices.Contains(matcherNames(), oneLine(object.Values[0].Key)) {
			instead = "[" + c.written + "]"
		}
		m.at(first(object), "attribute %q is one value, with no names in it: write a list such as %s", e.name, instead)
		return
	}
	compileClause(c, e, m)
}

func compileClause(c *clause, e entry, m *mistakes) {
	if isMisplacedMatcher(e) {
		m.at(e.key, "matcher %q must be in a list: write [{%s: %s}]", e.name, e.name, c.written)
		return
	}
	switch n := e.value.(type) {
	case *ast.SequenceNode:
		c.accepts = compileValues(n, m)
	case *ast.MappingNode:
		c.fields = compileFields(n, c, m)
	default:
		if want := literal(n, m); want.is != absent {
			m.at(n, "values are in a list: write [%s]", want.asJSON())
		}
	}
}

func compileValues(list *ast.SequenceNode, m *mistakes) matcher {
	var values []matcher
	for _, n := range listOf(list, m) {
		switch n := n.(type) {
		case *ast.MappingNode:
			values = append(values, compileMatcher(n, m))
		case *ast.SequenceNode:
			m.at(n, "a list in a list: write all values in one list; an array of the event matches if any of its elements does")
		default:
			values = append(values, compileLiteral(n, m))
		}
	}
	return anyOf(values)
}

// isMisplacedMatcher tells a matcher that lacks its list from a name of the content: those may be called prefix, too.
func isMisplacedMatcher(e entry) bool {
	if !slices.Contains(matcherNames(), e.name) {
		return false
	}
	switch n := e.value.(type) {
	case *ast.SequenceNode:
		if e.name == "numeric" && len(n.Values) > 0 {
			return slices.Contains(operators(), n.Values[0].GetToken().Value)
		}
	case *ast.MappingNode:
	default:
		return true
	}
	return strings.Contains(e.name, "-")
}
