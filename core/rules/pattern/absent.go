package pattern

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// An absent is a clause below another that a name which is not there satisfies, with the names that lead to it. Below
// an array such a clause asks for more than one element can tell: that no element has the name, as in EventBridge.
type absent struct {
	names  []string
	clause *clause
}

// absentsOf lists the clauses of a level, and of the levels below, that want a name not to be there.
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

// presentIn returns the clauses whose names some element of an array has; it is not nil if there are any such clauses,
// so that an array inside the array does not ask again.
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

// has says whether names lead to a value, in any element of the arrays on the way.
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
	below, _, _ := view.Member(v, names[0]) // each element is checked for names given twice when its turn comes
	return has(view, below, names[1:])
}
