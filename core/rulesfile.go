package core

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// ParseRules reads the rules of a file as ParseFile does, without its inlets.
func ParseRules(file string, src []byte) ([]Rule, error) {
	rules, _, err := ParseFile(file, src)
	return rules, err
}

// ParseFile reads the rules and the inlets of a file in YAML, of which JSON is a part. file is only a name for
// messages. The error is of type Mistakes and holds all of them.
func ParseFile(file string, src []byte) ([]Rule, []Inlet, error) {
	m := &mistakes{file: file}
	var rules []Rule
	var inlets []Inlet
	if root := parseYAML(src, m); root != nil {
		rules, inlets = compileFile(root, m)
	}
	if len(m.list) == 0 {
		return rules, inlets, nil
	}
	slices.SortStableFunc(m.list, func(a, b Mistake) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return nil, nil, m.list
}

const writeRules = "write rules: and under it a list of rules, each with topic and payload"

func compileFile(root ast.Node, m *mistakes) ([]Rule, []Inlet) {
	if _, ok := root.(*ast.SequenceNode); ok {
		m.at(root, "a list at the top: write rules: before it")
		return nil, nil
	}
	top := m.fields(root, "the file", "rules", "inlets")
	if top == nil {
		return nil, nil
	}
	var inlets []Inlet
	if n, ok := top["inlets"]; ok {
		inlets = compileInlets(n, m)
	}
	n, ok := top["rules"]
	if !ok {
		m.on(root)("rules is missing: " + writeRules)
		return nil, nil
	}
	return compileRules(n, m), inlets
}

func compileRules(n ast.Node, m *mistakes) []Rule {
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		m.on(n)("rules must be a list of at least one rule, each after a dash: - topic: …")
		return nil
	}
	rules := make([]Rule, 0, len(list.Values))
	taken := make(map[string]int, len(list.Values))
	for i, n := range listOf(list, m) {
		r := compileRule(n, fmt.Sprintf("rule-%d", i+1), m)
		if earlier, ok := taken[r.name]; ok {
			m.on(n)("name %q is that of rule %d too: logs, metrics and dedup tell rules by name", r.name, earlier)
		}
		taken[r.name] = i + 1
		rules = append(rules, r)
	}
	return rules
}
