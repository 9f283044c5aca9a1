package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/jsonpath"
	"sendbridge/core/internal/strictyaml"
	"sendbridge/internal/suggest"
)

// unmarkedPath matches a path in text that was probably meant as a placeholder.
var unmarkedPath = regexp.MustCompile(`[$@]\.[A-Za-z_][\w.\[\]]*`)

// escaped matches the intentional uses of $ in a template: placeholders and $$.
var escaped = regexp.MustCompile(`\$\$|\$\{[^}]*\}`)

// A ruleNode is a rule as written in the file.
type ruleNode struct {
	node   ast.Node
	fields map[string]ast.Node
	each   *jsonpath.Path
}

// warn reports what is valid in rules but has no use. ingresses are those that the file's sections make possible.
func warn(rules []Rule, written []ruleNode, ingresses []string, m *strictyaml.Reporter) {
	earlier := make(map[string]int, len(rules))
	for i, r := range written {
		content := r.withoutName()
		if first, ok := earlier[content]; ok {
			m.Warn(r.node, "the same as rule %d: each message is sent twice; leave one of them out", first)
		} else {
			earlier[content] = i + 1
		}
		warnOfTopic(r.fields["topic"], m)
		warnOfPayload(r.fields["payload"], m)
		warnOfIngress(r.fields["pattern"], ingresses, m)
		warnOfWhere(r, m)
		warnOfTombstones(&rules[i], r, m)
	}
}

// withoutName returns the rule's text without its name.
func (r ruleNode) withoutName() string {
	return r.keys("unwrap", "pattern", "vars", "each", "where", "topic", "payload", "maximumEventAgeInSeconds")
}

// keys returns the rule's text under some of its keys, without comments and insignificant spaces.
func (r ruleNode) keys(names ...string) string {
	var b strings.Builder
	for _, key := range names {
		if n := r.fields[key]; n != nil {
			b.WriteString(key + " " + strictyaml.WholeLine(n) + "\n")
		}
	}
	return b.String()
}

func warnOfTopic(n ast.Node, m *strictyaml.Reporter) {
	text, ok := strictyaml.PlainText(n)
	if !ok {
		return
	}
	warnOfUnmarkedPath(n, "topic", text, m)
	if text == "p2p" || strings.HasPrefix(text, "p2p/") {
		m.Warn(n, "topic %q begins with p2p: a P2P topic begins with its parent, as in parent/p2p/GID_group@@@device", text)
	}
}

func warnOfPayload(n ast.Node, m *strictyaml.Reporter) {
	object, ok := n.(*ast.MappingNode)
	if !ok {
		return
	}
	for _, pair := range object.Values {
		text, ok := strictyaml.PlainText(pair.Value)
		if !ok {
			continue
		}
		switch name := pair.Key.GetToken().Value; name {
		case "template":
			warnOfUnmarkedPath(pair.Value, name, text, m)
		case "constant":
			if unmarkedPath.FindString(text) == text && text != "" {
				m.Warn(pair.Value, "constant sends the characters %s: write jsonpath: %q to send the value at that path", text, text)
			}
		}
	}
}

func warnOfUnmarkedPath(n ast.Node, what, text string, m *strictyaml.Reporter) {
	if path := unmarkedPath.FindString(escaped.ReplaceAllString(text, "")); path != "" {
		m.Warn(n, "%s has %s as plain text: write ${%s} for the value, or $$%s to send the characters", what, path, path, strings.TrimPrefix(path, "$"))
	}
}

// warnOfIngress warns of ingresses that no section of the file makes possible. It does not know the ingresses of functions.
func warnOfIngress(pattern ast.Node, ingresses []string, m *strictyaml.Reporter) {
	object, ok := pattern.(*ast.MappingNode)
	if !ok {
		return
	}
	for _, pair := range object.Values {
		list, ok := pair.Value.(*ast.SequenceNode)
		if !ok {
			continue
		}
		switch pair.Key.GetToken().Value {
		case "$or":
			for _, alternative := range list.Values {
				warnOfIngress(alternative, ingresses, m)
			}
		case "sendbridgeingress":
			for _, n := range list.Values {
				warnOfIngressValue(n, ingresses, m)
			}
		}
	}
}

func warnOfIngressValue(n ast.Node, ingresses []string, m *strictyaml.Reporter) {
	ingress, ok := strictyaml.PlainText(n)
	if !ok || !strings.HasPrefix(ingress, "http:") || slices.Contains(ingresses, ingress) {
		return
	}
	m.Warn(n, "no event has ingress %s, because the file has no such inlet: %s", ingress, suggest.Instead(ingress, ingresses))
}

// warnOfWhere warns of a where that has no effect because the pattern requires each to be absent.
func warnOfWhere(r ruleNode, m *strictyaml.Reporter) {
	where := r.fields["where"]
	if where == nil || r.each == nil {
		return
	}
	at := r.fields["pattern"]
	for _, segment := range r.each.Segments {
		object, ok := at.(*ast.MappingNode)
		if !ok {
			break
		}
		at = memberOf(object, segment.Name)
	}
	if list, ok := at.(*ast.SequenceNode); ok && wantsAbsence(list) {
		m.Warn(where, "where has no effect: the pattern requires %s to be absent", r.each.Text)
	}
}

func memberOf(object *ast.MappingNode, name string) ast.Node {
	for _, pair := range object.Values {
		if pair.Key.GetToken().Value == name {
			return pair.Value
		}
	}
	return nil
}

// wantsAbsence reports whether a list of values, which is not empty, is exists: false alone.
func wantsAbsence(list *ast.SequenceNode) bool {
	return !slices.ContainsFunc(list.Values, func(n ast.Node) bool { return strictyaml.WholeLine(n) != "{exists: false}" })
}
