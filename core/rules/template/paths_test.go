package template_test

import (
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/google/go-cmp/cmp"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/rules/template"
)

// A rule looks up the paths of its placeholders and of its vars. An event must have a value at those without a fallback or
// default, except at the paths of elements, because each element has its own values.
func TestPathsThatARuleReadsAndRequires(t *testing.T) {
	const all = "${$.data.a}/${$.data.b:-x}/${v}/${w}/${lower:$.data.c}/${@.n}/${now}/${rule}/${@index}"
	read := []string{"$.data.a", "$.data.b", "$.data.v", "$.data.w", "$.data.c", "@.n"}
	required := []string{"$.data.a", "$.data.v", "$.data.c"}
	for _, c := range []struct {
		payload        string
		read, required []string
		isPath         bool
	}{
		{"original", nil, nil, false},
		{"{constant: $.data.a}", nil, nil, false},
		{"{jsonpath: $.data.a}", []string{"$.data.a"}, []string{"$.data.a"}, true},
		{"{jsonpath: '@.n'}", []string{"@.n"}, nil, true},
		{"{template: '" + all + "'}", read, required, false},
		{"{template: '${now} ${rule} ${@index}'}", nil, nil, false},
	} {
		m := &strictyaml.Reporter{}
		p := template.CompilePayload(node(c.payload, m), scope(m), m)
		check(t, c.payload, m, p.EachPath, p.Required(), c.read, c.required)
		if p.IsPath() != c.isPath {
			t.Errorf("%s: is a path: %t", c.payload, p.IsPath())
		}
	}
	m := &strictyaml.Reporter{}
	topic := template.CompileTopic("abc/"+all, scope(m), m.On(nil))
	check(t, "topic", m, topic.EachPath, topic.Required(), read, required)
}

func node(yaml string, m *strictyaml.Reporter) ast.Node {
	return strictyaml.ParseYAML([]byte(yaml), "", m)
}

// scope returns the scope of a rule with each and two vars, one of which has a default.
func scope(m *strictyaml.Reporter) template.Scope {
	vars := template.CompileVars(node("{v: $.data.v, w: {path: $.data.w, default: d}}", m), true, m)
	return template.Scope{Vars: vars, Element: true, Rule: "r"}
}

func check(t *testing.T, what string, m *strictyaml.Reporter, eachPath func(func(*jsonpath.Path)), required []jsonpath.Path, wantRead, wantRequired []string) {
	t.Helper()
	var read, needed []string
	eachPath(func(p *jsonpath.Path) { read = append(read, p.Text) })
	for _, p := range required {
		needed = append(needed, p.Text)
	}
	if diff := cmp.Diff(wantRead, read) + cmp.Diff(wantRequired, needed); diff != "" || len(m.List) > 0 {
		t.Errorf("%s: %v\n%s", what, m.List, diff)
	}
}
