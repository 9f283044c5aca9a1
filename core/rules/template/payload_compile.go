package template

import (
	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
)

// payloadForms returns the keys of which a payload must have exactly one, unless it is original.
func payloadForms() []string { return []string{"jsonpath", "constant", "template"} }

func payloadKeys() []string { return append(payloadForms(), "base64", "json") }

// CompilePayload compiles a rule's payload: the word original, or a mapping with one other form.
func CompilePayload(n ast.Node, s Scope, m *strictyaml.Reporter) Payload {
	if text, _ := strictyaml.PlainText(n); text == "original" {
		return Payload{Form: Original}
	}
	if _, ok := n.(*ast.MappingNode); !ok {
		m.On(n)("payload %s: write original, or {template: '…'}, {jsonpath: …} or {constant: …}", text.Excerpt(strictyaml.OneLine(n)))
		return Payload{}
	}
	f := m.Fields(n, "payload", payloadKeys()...)
	before := len(m.List)
	p := compileForm(n, f, s, m)
	if n, ok := f["base64"]; ok {
		p.base64 = m.Toggle(n, "base64")
	}
	if len(m.List) == before && p.Form == fromTemplate && len(p.template.Placeholders) == 0 {
		if _, f := p.Render(nil, nil, nil); f != nil {
			m.On(n)("%s", f.Text)
		}
	}
	return p
}

func compileForm(n ast.Node, f map[string]ast.Node, s Scope, m *strictyaml.Reporter) Payload {
	given := 0
	for _, form := range payloadForms() {
		if _, ok := f[form]; ok {
			given++
		}
	}
	if given != 1 {
		m.On(n)("payload must have one of jsonpath, constant and template; the whole event is payload: original")
		return Payload{}
	}
	if n, ok := f["json"]; ok && f["template"] == nil {
		m.On(n)("json is only for template: leave it out")
	}
	if n, ok := f["jsonpath"]; ok {
		return Payload{Form: jsonPath, path: compileJSONPath(n, s, m)}
	}
	if n, ok := f["constant"]; ok {
		return Payload{Form: fromTemplate, template: template{literals: []string{strictyaml.CompileConstant(n, m)}}}
	}
	return Payload{Form: fromTemplate, template: compilePayloadTemplate(f["template"], compileMode(f, m), s, m)}
}

// compileMode reads json, which is beside template.
func compileMode(f map[string]ast.Node, m *strictyaml.Reporter) mode {
	n, ok := f["json"]
	switch {
	case !ok:
		return byParsing
	case m.Toggle(n, "json"):
		return isJSON
	}
	return isText
}

func compileJSONPath(n ast.Node, s Scope, m *strictyaml.Reporter) jsonpath.Path {
	text, ok := m.Text(n, "jsonpath")
	if !ok {
		return jsonpath.Path{}
	}
	return s.path(text, m.On(n))
}

func compilePayloadTemplate(n ast.Node, said mode, s Scope, m *strictyaml.Reporter) template {
	text, ok := strictyaml.PlainText(n)
	if !ok {
		m.On(n)("template must be text, not %s: put JSON in single quotes, or in a block after |", strictyaml.NodeType(n))
		return template{}
	}
	t, ok := parseTemplate(text, s, m.On(n))
	if !ok {
		return t
	}
	for i := range t.Placeholders {
		if t.Placeholders[i].slashes {
			m.On(n)("%s: + is only for topics, where it allows slashes: leave it out", t.Placeholders[i].text)
		}
	}
	if t.isJSON(said) {
		t.makeJSON(m.On(n))
	}
	return t
}
