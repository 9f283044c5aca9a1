// Package rules parses the rules of a file and applies them to events. Package pattern decides which events a rule matches,
// and package template makes the messages.
package rules

import "sendbridge/core/cloudevent"

// A Set is the rules of a file, in the file's order. It is immutable and safe for concurrent use. A nil Set has no rules.
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

// Warnings returns what is valid but probably not intended, in the file's order.
func (s *Set) Warnings() Mistakes {
	if s == nil {
		return nil
	}
	return s.warnings
}

// Len returns the number of rules.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.rules)
}

// Names returns the names of the rules, in the file's order. The first rule is called rule-1 if it has no name of its own.
func (s *Set) Names() []string {
	names := make([]string, s.Len())
	for i := range names {
		names[i] = s.rules[i].name
	}
	return names
}

// AppendMatching appends the rules that match an event, in the file's order. It returns an error if the event is invalid
// where a pattern reads it.
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
