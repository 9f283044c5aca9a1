package template

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
	"sendbridge/internal/suggest"
)

// CompileVars compiles a rule's vars: names for values that placeholders use. A var with a mistake stays known, so that its
// uses are not reported, too.
func CompileVars(n ast.Node, element bool, m *strictyaml.Reporter) map[string]*variable {
	object, ok := n.(*ast.MappingNode)
	if !ok {
		m.On(n)(`vars must be a mapping of names to paths, such as {id: "$.data.id"}, not %s`, strictyaml.NodeType(n))
		return nil
	}
	vars := make(map[string]*variable, len(object.Values))
	for _, e := range strictyaml.Pairs(object, m) {
		if e.Name == "" || strings.ContainsFunc(e.Name, text.NotNameRune) {
			m.At(e.Key, "var %q: a name has letters, digits, _ and - only", e.Name)
		}
		vars[e.Name] = compileVar(e, Scope{Element: element}, m)
	}
	return vars
}

func varKeys() []string { return []string{"path", "match", "default", "format"} }

func compileVar(e strictyaml.Pair, s Scope, m *strictyaml.Reporter) *variable {
	x := &variable{}
	if text, ok := strictyaml.PlainText(e.Value); ok {
		x.path = s.path(text, m.On(e.Value))
		return x
	}
	f := m.Fields(e.Value, "a var", varKeys()...)
	if f == nil {
		return x
	}
	if n, ok := f["path"]; !ok {
		m.At(e.Key, `var %q: path is missing: write where its value is, such as path: "$.data.id"`, e.Name)
	} else if text, ok := m.Text(n, "path"); ok {
		x.path = s.path(text, m.On(n))
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

func compileMatch(n ast.Node, m *strictyaml.Reporter) *regexp.Regexp {
	text, ok := m.Text(n, "match")
	if !ok {
		return nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		m.On(n)("match %q is not an RE2 expression: %v", text, err)
	}
	return re
}

func compileDefault(n ast.Node, m *strictyaml.Reporter) string {
	switch s := strictyaml.Literal(n, m); {
	case s.Kind == scalar.Absent:
		return ""
	case s.Text == "" || s.Text == "null":
		m.At(n, "default is %s: leave it out, and write ${name:-} where the value may be left out", s.Written())
		return ""
	default:
		return s.Text
	}
}

func compileFormat(n ast.Node, m *strictyaml.Reporter) timeFormat {
	text, ok := m.Text(n, "format")
	if ok && !slices.Contains(timeFormats(), text) {
		m.At(n, "format %q is not known: %s", text, suggest.Instead(text, timeFormats()))
	}
	return timeFormat(text)
}
