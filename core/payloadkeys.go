package core

import "github.com/goccy/go-yaml/ast"

// compilePayload reads a rule's payload: the word original, or a mapping with one other form.
func compilePayload(n ast.Node, s scope, m *mistakes) payload {
	if text, _ := plainText(n); text == "original" {
		return payload{form: original}
	}
	if _, ok := n.(*ast.MappingNode); !ok {
		m.on(n)("payload %s: write original, or {template: '…'}, {jsonpath: …} or {constant: …}", excerpt(oneLine(n)))
		return payload{}
	}
	f := m.fields(n, "payload", "jsonpath", "constant", "template", "base64")
	before := len(m.list)
	p := compileForm(n, f, s, m)
	if n, ok := f["base64"]; ok {
		p.base64 = m.toggle(n, "base64")
	}
	if len(m.list) == before && p.form == fromTemplate && len(p.template.holes) == 0 {
		if _, f := p.render(nil, nil); f != nil {
			m.on(n)("%s", f.Text)
		}
	}
	return p
}

func compileForm(n ast.Node, f map[string]ast.Node, s scope, m *mistakes) payload {
	given := 0
	for _, form := range []string{"jsonpath", "constant", "template"} {
		if _, ok := f[form]; ok {
			given++
		}
	}
	if given != 1 {
		m.on(n)("payload must have one of jsonpath, constant and template; the whole event is payload: original")
		return payload{}
	}
	if n, ok := f["jsonpath"]; ok {
		return payload{form: jsonPath, path: compileJSONPath(n, s, m)}
	}
	if n, ok := f["constant"]; ok {
		return payload{form: fromTemplate, template: template{literals: []string{compileConstant(n, m)}}}
	}
	return payload{form: fromTemplate, template: compilePayloadTemplate(f["template"], s, m)}
}

func compileJSONPath(n ast.Node, s scope, m *mistakes) path {
	text, ok := m.text(n, "jsonpath")
	if !ok {
		return path{}
	}
	return s.path(text, m.on(n))
}

func compilePayloadTemplate(n ast.Node, s scope, m *mistakes) template {
	text, ok := plainText(n)
	if !ok {
		m.on(n)("template must be text, not %s: put JSON in single quotes, or in a block after |", nodeType(n))
		return template{}
	}
	t, ok := parseTemplate(text, s, m.on(n))
	if !ok {
		return t
	}
	for i := range t.holes {
		if t.holes[i].slashes {
			m.on(n)("%s: + is for topics, where it lets slashes through: leave it out", t.holes[i].text)
		}
	}
	if isJSONTemplate(text) {
		t.makeJSON(m.on(n))
	}
	return t
}
