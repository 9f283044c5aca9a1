package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// A Section is a part of a rules file besides its rules. It is optional.
type Section struct {
	Name      string                // its key at the top of the file
	Read      func(strictyaml.Node) // reads its value, if the file has the section, and reports mistakes
	Ingresses func() []string       // the values of sendbridgeingress that the section makes possible; called after Read; nil means none
}

// Parse parses the rules of a file in YAML or JSON, and calls Read of each section that the file has. file is a name for
// error messages. The error is of type Mistakes and has all mistakes, also those of the sections. The values that a section
// has read are valid only without an error.
func Parse(file string, src []byte, sections ...Section) (*Set, error) {
	m := &strictyaml.Reporter{File: file, Hints: foreignKeys()}
	var rules []Rule
	if root := strictyaml.ParseYAML(src, writeRules, m); root != nil {
		rules = compileFile(root, sections, m)
	}
	if len(m.List) == 0 {
		set := newSet(rules)
		set.warnings = inOrder(m.Warnings)
		return set, nil
	}
	return nil, inOrder(m.List)
}

// inOrder sorts mistakes by their position in the file.
func inOrder(list strictyaml.Mistakes) strictyaml.Mistakes {
	slices.SortStableFunc(list, func(a, b strictyaml.Mistake) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return list
}

const writeRules = "write rules: and under it a list of rules, each with topic and payload"

func compileFile(root ast.Node, sections []Section, m *strictyaml.Reporter) []Rule {
	if _, ok := root.(*ast.SequenceNode); ok {
		m.At(root, "the file must not start with a list: write rules: before it")
		return nil
	}
	known := []string{"rules"}
	for _, s := range sections {
		known = append(known, s.Name)
	}
	top := m.Fields(root, "the file", known...)
	if top == nil {
		return nil
	}
	for _, s := range sections {
		if n, ok := top[s.Name]; ok {
			s.Read(strictyaml.NewNode(n, m))
		}
	}
	n, ok := top["rules"]
	if !ok {
		m.On(root)("rules is missing: " + writeRules)
		return nil
	}
	ingresses := []string{"http:/"}
	for _, s := range sections {
		if s.Ingresses != nil {
			ingresses = append(ingresses, s.Ingresses()...)
		}
	}
	return compileRules(n, ingresses, m)
}

func compileRules(n ast.Node, ingresses []string, m *strictyaml.Reporter) []Rule {
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		m.On(n)("rules must be a list of at least one rule, each after a dash: - topic: …")
		return nil
	}
	rules, nodes := make([]Rule, 0, len(list.Values)), make([]ruleNode, 0, len(list.Values))
	taken := make(map[string]int, len(list.Values))
	for i, n := range strictyaml.ListOf(list, m) {
		r, written := compileRule(n, fmt.Sprintf("rule-%d", i+1), m)
		if earlier, ok := taken[r.name]; ok {
			m.On(n)("name %q is also the name of rule %d: logs, metrics and the dedup window identify rules by name", r.name, earlier)
		}
		taken[r.name] = i + 1
		rules, nodes = append(rules, r), append(nodes, written)
	}
	if len(m.List) == 0 {
		warn(rules, nodes, ingresses, m)
	}
	return rules
}
