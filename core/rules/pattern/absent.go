package pattern

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// An absent is a nested clause that a missing name satisfies, with the names that lead to it. Below an array, no element
// may have the name, as in EventBridge, so one element is not enough to decide.
type absent struct {
	names  []string
	clause *clause
}

// absentsOf returns the clauses of a level and the levels below that have wantsAbsent.
func absentsOf(clauses []clause) (list []absent) {
	for i := range clauses {
		c := &clauses[i]
		if c.wantsAbsent {
			list = append(list, absent{[]string{c.name}, c})
		}
		for _, alternative := range c.alternatives {
			list = append(list, absentsOf(alternative)...)
		}
		for _, below := range c.absents {
			list = append(list, absent{append([]string{c.name}, below.names...), below.clause})
		}
	}
	return list
}

// presentIn returns the clauses of absents whose names some element of an array has. It is not nil if there are absents, so
// that an array inside the array does not search again.
func (c *clause) presentIn(view *cloudevent.View, array cloudevent.Value) []*clause {
	if len(c.absents) == 0 {
		return nil
	}
	present := make([]*clause, 0, len(c.absents))
	for _, a := range c.absents {
		if has(view, array.JSON, a.names) {
			present = append(present, a.clause)
		}
	}
	return present
}

// has reports whether names lead to a value, in any element of the arrays on the path.
func has(view *cloudevent.View, v gjson.Result, names []string) (found bool) {
	switch {
	case !v.Exists():
		return false
	case len(names) == 0:
		return true
	case v.IsArray():
		cloudevent.EachElement(v.Raw, func(element gjson.Result) bool {
			view.Passing(func() { found = has(view, element, names) })
			return !found
		})
		return found
	}
	below, _, _ := view.Member(v, names[0]) // checkElements detects duplicate names
	return has(view, below, names[1:])
}
