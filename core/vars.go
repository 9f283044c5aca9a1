package core

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// compileVars reads a rule's vars: names for values that placeholders take. A var with a mistake stays known, so that
// its uses are not mistakes too.
func compileVars(n ast.Node, element bool, m *mistakes) map[string]*variable {
	object, ok := n.(*ast.MappingNode)
	if !ok {
		m.on(n)(`vars must be a mapping of names to paths, such as {id: "$.data.id"}, not %s`, nodeType(n))
		return nil
	}
	vars := make(map[string]*variable, len(object.Values))
	for _, e := range entries(object, m) {
		if e.name == "" || strings.ContainsFunc(e.name, notNameRune) {
			m.at(e.key, "var %q: a name has letters, digits, _ and - only", e.name)
		}
		vars[e.name] = compileVar(e, scope{element: element}, m)
	}
	return vars
}

func compileVar(e entry, s scope, m *mistakes) *variable {
	x := &variable{}
	if text, ok := plainText(e.value); ok {
		x.path = s.path(text, m.on(e.value))
		return x
	}
	f := m.fields(e.value, "a var", "path", "match", "default", "format")
	if f == nil {
		return x
	}
	if n, ok := f["path"]; !ok {
		m.at(e.key, `var %q: path is missing: write where its value is, such as path: "$.data.id"`, e.name)
	} else if text, ok := m.text(n, "path"); ok {
		x.path = s.path(text, m.on(n))
	}
	if n, ok := f["match"]; ok {
		x.match = compileMatch(n, m)
	}
	if n, ok := f["default"]; ok {
		x.otherwise = compileDefault(n, m)
	}
	if n, ok := f["format"]; ok {
		x.format = compileFormat(n, m)
	}
	return x
}

func compileMatch(n ast.Node, m *mistakes) *regexp.Regexp {
	text, ok := m.text(n, "match")
	if !ok {
		return nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		m.on(n)("match %q is no RE2 expression: %v", text, err)
	}
	return re
}

func compileDefault(n ast.Node, m *mistakes) string {
	switch s := literal(n, m); {
	case s.is == absent:
		return ""
	case s.text == "" || s.text == "null":
		m.at(n, "default is %s: leave it out, and write ${name:-} where the value may be left out", s.asJSON())
		return ""
	default:
		return s.text
	}
}

func compileFormat(n ast.Node, m *mistakes) timeFormat {
	text, ok := m.text(n, "format")
	if ok && !slices.Contains(timeFormats(), text) {
		m.at(n, "format %q is not known: %s", text, nearest(text, timeFormats()))
	}
	return timeFormat(text)
}
