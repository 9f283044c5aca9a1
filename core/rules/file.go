package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"sendbridge/core/internal/strictyaml"
)

// A Section is a part of a rules file beside its rules. A file may leave it out.
type Section struct {
	Name string                // its key at the top of the file
	Read func(strictyaml.Node) // is called with its value, if the file has one, and notes what is wrong with it
	Ways func() []string       // the ways in that it opens, once it was read, as sendbridgeingress has them; nil is none
}

// Parse reads the rules of a file in YAML, of which JSON is a part, and has each of the sections read that it has
// beside them. file is only a name for messages. The error is of type Mistakes and holds all of them, those of the
// sections among them; what a section has read is of use only if there is no error.
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

// inOrder sorts mistakes as they are in the file.
func inOrder(list strictyaml.Mistakes) strictyaml.Mistakes {
	slices.SortStableFunc(list, func(a, b strictyaml.Mistake) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return list
}

const writeRules = "write rules: and under it a list of rules, each with topic and payload"

func compileFile(root ast.Node, sections []Section, m *strictyaml.Reporter) []Rule {
	if _, ok := root.(*ast.SequenceNode); ok {
		m.At(root, "a list at the top: write rules: before it")
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
	ways := []string{"http:/"}
	for _, s := range sections {
		if s.Ways != nil {
			ways = append(ways, s.Ways()...)
		}
	}
	return compileRules(n, ways, m)
}

func compileRules(n ast.Node, ways []string, m *strictyaml.Reporter) []Rule {
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
			m.On(n)("name %q is that of rule %d too: logs, metrics and dedup tell rules by name", r.name, earlier)
		}
		taken[r.name] = i + 1
		rules, nodes = append(rules, r), append(nodes, written)
	}
	if len(m.List) == 0 {
		warn(rules, nodes, ways, m)
	}
	return rules
}
