package rules

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/rules/pattern"
)

// An index finds the rules that may match an event by texts that their patterns require, so that only a few of many rules
// are evaluated. It returns all rules that match, and some that do not.
type index struct {
	places []place
	rest   []int // rules that require no text
}

// A place is an attribute, or a path below data, at which some rules require a text.
type place struct {
	names  []string
	byText map[string][]int
	starts starts
	all    []int // for an event with an array at the place or above it: any element may match
}

// fewRules is the number of rules up to which there is no index.
const fewRules = 8

// newIndex returns nil for few rules.
func newIndex(rules []Rule) *index {
	if len(rules) <= fewRules {
		return nil
	}
	ix, at, shared := &index{}, make(map[string]int), countShared(rules)
	for i := range rules {
		key, ok := shared.rarest(keysOf(&rules[i]))
		if !ok {
			ix.rest = append(ix.rest, i)
			continue
		}
		name := nameOf(key)
		n, known := at[name]
		if !known {
			n = len(ix.places)
			at[name] = n
			ix.places = append(ix.places, place{names: key.Names, byText: make(map[string][]int), starts: starts{byText: make(map[string][]int)}})
		}
		ix.places[n].add(key, i)
	}
	return ix
}

func keysOf(r *Rule) []pattern.Key {
	if r.pattern == nil {
		return nil
	}
	keys := r.pattern.Keys()
	if r.unwrap != nil { // the pattern reads other data than the index
		keys = slices.DeleteFunc(slices.Clone(keys), func(k pattern.Key) bool { return k.Names[0] == "data" })
	}
	return keys
}

func nameOf(k pattern.Key) string { return strings.Join(k.Names, "\x00") }

// shared counts the rules that require a text at a place. A text that fewer rules require excludes more rules.
type shared map[[2]string]int

func countShared(rules []Rule) shared {
	s := make(shared)
	for i := range rules {
		for _, k := range keysOf(&rules[i]) {
			for _, text := range slices.Concat(k.Texts, k.Prefixes) {
				s[[2]string{nameOf(k), text}]++
			}
		}
	}
	return s
}

// rarest returns the key whose texts the fewest rules share.
func (s shared) rarest(keys []pattern.Key) (best pattern.Key, ok bool) {
	least := 0
	for _, k := range keys {
		count := 0
		for _, text := range slices.Concat(k.Texts, k.Prefixes) {
			count += s[[2]string{nameOf(k), text}]
		}
		if !ok || count < least {
			best, least, ok = k, count, true
		}
	}
	return best, ok
}

func (p *place) add(key pattern.Key, rule int) {
	p.all = append(p.all, rule)
	for _, text := range key.Texts {
		p.byText[text] = append(p.byText[text], rule)
	}
	for _, text := range key.Prefixes {
		p.starts.add(text, rule)
	}
}

// starts finds the rules that require a prefix, with one lookup for each length of prefixes.
type starts struct {
	byText  map[string][]int
	lengths []int
}

func (s *starts) add(text string, rule int) {
	if !slices.Contains(s.lengths, len(text)) {
		s.lengths = append(s.lengths, len(text))
	}
	s.byText[text] = append(s.byText[text], rule)
}

func (s *starts) appendTo(list []int, text string) []int {
	for _, n := range s.lengths {
		if n <= len(text) {
			list = append(list, s.byText[text[:n]]...)
		}
	}
	return list
}

// candidates returns the rules that may match, in the set's order.
func (ix *index) candidates(v *cloudevent.View) []int {
	if len(ix.places) == 0 {
		return ix.rest
	}
	list := slices.Clone(ix.rest)
	for i := range ix.places {
		list = ix.places[i].appendTo(list, v)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (p *place) appendTo(list []int, v *cloudevent.View) []int {
	if p.names[0] != "data" {
		val := v.Attribute(p.names[0])
		list = p.appendText(list, val.Str)
		if other := val.Other(); other != "" {
			list = p.appendText(list, other)
		}
		return list
	}
	if v.Data.Kind != cloudevent.JSON {
		if len(p.names) == 1 && v.Data.Kind == cloudevent.Text {
			list = p.appendText(list, v.Data.Str)
		}
		return list
	}
	r := v.Data.JSON
	for _, name := range p.names[1:] {
		if r.IsArray() {
			return append(list, p.all...)
		}
		below, _, ok := v.Member(r, name)
		if !ok {
			return append(list, p.all...) // a rule that reads the place reports what is wrong
		}
		r = below
	}
	switch {
	case r.Type == gjson.JSON, cloudevent.Value{Kind: cloudevent.JSON, JSON: r}.IsHalf():
		return append(list, p.all...)
	case r.Type == gjson.String:
		return p.appendText(list, r.Str)
	}
	return list
}

func (p *place) appendText(list []int, text string) []int {
	return p.starts.appendTo(append(list, p.byText[text]...), text)
}
