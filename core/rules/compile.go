package rules

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
	"sendbridge/core/rules/pattern"
	"sendbridge/core/rules/template"
)

// compileRule compiles a rule, and also returns its nodes. The results are valid only if there were no mistakes.
func compileRule(n ast.Node, defaultName string, m *strictyaml.Reporter) (Rule, ruleNode) {
	r := Rule{name: defaultName}
	refused := m.Refused
	f := m.Fields(n, "a rule", ruleKeys()...)
	if f == nil {
		return r, ruleNode{node: n}
	}
	if n, ok := f["name"]; ok {
		r.name = compileName(n, defaultName, m)
	}
	if n, ok := f["maximumEventAgeInSeconds"]; ok {
		r.maxAge = compileAge(n, m)
	}
	compileMatching(f, &r, m)
	compileMessage(n, f, m.Refused == refused, &r, m)
	written := ruleNode{n, f, r.each}
	r.digest = digestOf(written.keys("unwrap", "vars", "each", "topic", "payload"))
	return r, written
}

// compileMatching sets the parts of a rule that choose its events and elements.
func compileMatching(f map[string]ast.Node, r *Rule, m *strictyaml.Reporter) {
	if n, ok := f["unwrap"]; ok {
		r.unwrap = compileDataPath(n, "unwrap", m)
	}
	if n, ok := f["pattern"]; ok {
		r.pattern = pattern.Compile(n, false, m)
	}
	if n, ok := f["each"]; ok {
		r.each = compileDataPath(n, "each", m)
	}
	n, ok := f["where"]
	switch {
	case !ok:
	case f["each"] == nil:
		m.On(n)("where needs each: it is a pattern over the elements that each names")
	default:
		r.where = pattern.Compile(n, true, m)
	}
}

// compileMessage sets the parts of a rule that make its messages. Unless the whole rule could be read, missing keys are not
// reported.
func compileMessage(rule ast.Node, f map[string]ast.Node, whole bool, r *Rule, m *strictyaml.Reporter) {
	before := len(m.List)
	s := template.Scope{Element: f["each"] != nil, Rule: r.name}
	if n, ok := f["vars"]; ok {
		s.Vars = template.CompileVars(n, s.Element, m)
	}
	if n, ok := f["topic"]; !ok && whole {
		m.On(rule)(`topic is missing: write where messages go, such as topic: "parent/${$.subject}"`)
	} else if ok {
		if text, ok := m.Text(n, "topic"); ok {
			r.topic = template.CompileTopic(text, s, m.On(n))
		}
	}
	if n, ok := f["payload"]; ok {
		r.payload = template.CompilePayload(n, s, m)
	} else if whole {
		m.On(rule)("payload is missing: write payload: original to send the whole event, or {jsonpath: …}, {constant: …} or {template: …}")
	}
	if n, ok := f["vars"]; ok && len(m.List) == before {
		s.CheckUse(n, m)
	}
}

func compileName(n ast.Node, otherwise string, m *strictyaml.Reporter) string {
	name, ok := m.Text(n, "name")
	switch {
	case !ok:
		return otherwise
	case strings.TrimSpace(name) == "":
		m.On(n)("name is empty: give one, or leave it out and the rule is %q", otherwise)
		return otherwise
	case strings.ContainsFunc(name, unicode.IsControl):
		m.On(n)("name %q has a control character: logs and metrics show names as they are", name)
	}
	return name
}

func compileAge(n ast.Node, m *strictyaml.Reporter) time.Duration {
	seconds, err := strconv.ParseUint(n.GetToken().Value, 10, 32)
	if _, ok := n.(*ast.IntegerNode); !ok || err != nil || seconds == 0 {
		m.On(n)("maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not %s", text.Excerpt(strictyaml.OneLine(n)))
	}
	return time.Duration(seconds) * time.Second
}

// compileDataPath compiles the path of each or unwrap, which must be below data.
func compileDataPath(n ast.Node, key string, m *strictyaml.Reporter) *jsonpath.Path {
	text, ok := m.Text(n, key)
	if !ok {
		return nil
	}
	p, err := jsonpath.ParsePath(text)
	switch {
	case err != nil:
		m.On(n)("%s: %v", key, err)
	case p.Element || p.Segments[0].Name != "data":
		m.On(n)("%s: %q must be a path below $.data, such as $.data.items", key, text)
	}
	return &p
}
