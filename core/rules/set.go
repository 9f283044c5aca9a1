// Package rules reads the rules of a file and applies them to events: which rules an event matches, and the messages
// that each makes of it. Package pattern decides the first, package template the second.
package rules

import "sendbridge/core/cloudevent"

// A Set is the rules of a file, in the file's order. It does not change, and is safe for concurrent use. A nil Set has
// no rules.
type Set struct {
	rules  []Rule
	index  *index // nil for few rules
	byName map[string]*Rule

	warnings Mistakes
}

func newSet(rules []Rule) *Set {
	shareLookups(rules)
	s := &Set{rules: rules, index: newIndex(rules), byName: make(map[string]*Rule, len(rules))}
	for i := range rules {
		s.byName[rules[i].name] = &rules[i]
	}
	return s
}

// Warnings are what is legal in the file and likely not what was meant, in the file's order.
func (s *Set) Warnings() Mistakes {
	if s == nil {
		return nil
	}
	return s.warnings
}

// Len is the number of rules.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.rules)
}

// Names are those of the rules, in the file's order: a rule's own, or rule-1 for a first rule without.
func (s *Set) Names() []string {
	names := make([]string, s.Len())
	for i := range names {
		names[i] = s.rules[i].name
	}
	return names
}

// AppendMatching appends the rules that an event matches, in the file's order. The error refuses the event: what a pattern
// looked at can't be trusted.
func (s *Set) AppendMatching(matching []*Rule, v *cloudevent.View) ([]*Rule, error) {
	ask := func(i int) {
		if rule := &s.rules[i]; rule.matches(v) {
			matching = append(matching, rule)
		}
	}
	if s != nil && s.index != nil {
		for _, i := range s.index.candidates(v) {
			ask(i)
		}
	} else {
		for i := range s.Len() {
			ask(i)
		}
	}
	if why := v.TakeDistrust(); why != nil {
		return nil, why
	}
	return matching, nil
}
