package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// hasForeign reports a var in another language's form of a placeholder: <name> is EventBridge's, and {{name}} that of most
// template languages. A name with an end tag is XML.
func (t *template) hasForeign(s Scope, complain strictyaml.Complaint) (found bool) {
	text := strings.Join(t.literals, valueMark)
	for _, name := range slices.Sorted(maps.Keys(s.Vars)) {
		for _, form := range []string{"<" + name + ">", "{{" + name + "}}", "{{ " + name + " }}"} {
			if strings.Contains(text, form) && !strings.Contains(text, "</"+name+">") {
				complain("%s is not a placeholder here: write ${%s}; to send it unchanged, give the var another name", form, name)
				found = true
			}
		}
	}
	return found
}

// CheckUse reports the vars of a rule that no placeholder uses. n is the rule's vars.
func (s Scope) CheckUse(n ast.Node, m *strictyaml.Reporter) {
	object, ok := n.(*ast.MappingNode)
	if !ok {
		return
	}
	for _, pair := range object.Values {
		name := pair.Key.GetToken().Value
		if x, ok := s.Vars[name]; ok && !x.used {
			m.At(pair.Key, "var %q is not used: write ${%s} where its value goes, or leave the var out", name, name)
		}
	}
}
