// Package pattern compiles EventBridge event patterns and matches events against them. A pattern is an AND over names
// and an OR over each name's values. A mismatch names the first clause that failed and what the event has there.
package pattern

import (
	"slices"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/jsonpath"
)

// A Pattern chooses the events of a rule, or the elements of each. It is an AND over names and an OR over each name's
// values.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type Pattern struct {
	root    clause
	element bool // the pattern is over the element of each
}

// A clause is a pattern's condition on one name: values of which one must match, or a nested pattern. The clause of $or has
// no name. Its alternatives apply to its own level.
type clause struct {
	path         string
	name         string
	slot         cloudevent.Slot // where a View caches the value at path, outside arrays
	written      string
	accepts      matcher  // nil if there are fields or alternatives
	texts        []string // the value must be one of texts or start with one of prefixes; both are nil if other values may match
	prefixes     []string
	wantsAbsent  bool       // accepts a missing name, as exists: false does
	fields       []clause   // all must match
	alternatives [][]clause // for $or: all clauses of one alternative must match
	absents      []absent   // the clauses below fields that have wantsAbsent
}

// A mismatch is the first clause that failed and the event's value there. The clause is nil if all matched.
type mismatch struct {
	clause *clause
	got    cloudevent.Value
}

// Match reports whether the event, or the view's element, matches.
func (p *Pattern) Match(v *cloudevent.View) bool {
	return p.check(v).clause == nil
}

func (p *Pattern) check(v *cloudevent.View) mismatch {
	if p.element {
		return p.root.check(level{view: v, inArray: true}, cloudevent.Value{Kind: cloudevent.JSON, JSON: v.Element}, nil)
	}
	return checkAll(p.root.fields, level{view: v, top: true}, nil)
}

// A level is an object whose names are looked up: an event, or a value inside it.
type level struct {
	view  *cloudevent.View
	top   bool             // the level is the event itself
	value cloudevent.Value // the value, if the level is not the event
	path  string           // the path of value

	inArray bool // the value is inside an array, so one path has many values
}

// below returns the level of the value that the clause at path has found at this level.
func (l level) below(value cloudevent.Value, path string) level {
	return level{view: l.view, value: value, path: path, inArray: l.inArray}
}

// member returns the value of a clause's name. A value that is not an object has no names.
func (l level) member(c *clause) cloudevent.Value {
	switch {
	case l.top && c.name == "data":
		return l.view.Data
	case l.top:
		return l.view.Attribute(c.name)
	case l.value.Kind == cloudevent.JSON:
		slot := c.slot
		if l.inArray {
			slot = 0
		}
		if found := l.view.Kept(slot, func() gjson.Result { return l.lookUp(c.name) }); found.Exists() {
			return cloudevent.Value{Kind: cloudevent.JSON, JSON: found}
		}
	}
	return cloudevent.Value{}
}

func (l level) lookUp(name string) gjson.Result {
	found, twice, ok := l.view.Member(l.value.JSON, name)
	if !ok {
		l.view.Distrust(cloudevent.DuplicateName(jsonpath.MemberPath(l.path, twice)))
	}
	return found
}

// checkAll checks the clauses of a level. The names of the clauses in elsewhere count as present, because another element
// of the same array has them.
func checkAll(clauses []clause, l level, elsewhere []*clause) mismatch {
	for i := range clauses {
		c := &clauses[i]
		var failed mismatch
		if c.alternatives != nil {
			failed = c.checkAlternatives(l, elsewhere)
		} else {
			failed = c.check(l, l.member(c), elsewhere)
		}
		if failed.clause != nil {
			return failed
		}
	}
	return mismatch{}
}

// checkAlternatives looks for an alternative that matches. Otherwise it returns the mismatch of the first one.
func (c *clause) checkAlternatives(l level, elsewhere []*clause) (first mismatch) {
	for i, alternative := range c.alternatives {
		failed := checkAll(alternative, l, elsewhere)
		if failed.clause == nil {
			return failed
		}
		if i == 0 {
			first = failed
		}
	}
	return first
}

// check checks the value that the clause's name has at a level.
func (c *clause) check(l level, v cloudevent.Value, elsewhere []*clause) mismatch {
	isArray := v.Kind == cloudevent.JSON && v.JSON.IsArray()
	switch {
	case c.fields != nil && isArray:
		return c.checkElements(l.view, v, elsewhere)
	case c.fields != nil:
		return checkAll(c.fields, l.below(v, c.path), elsewhere)
	case v.Kind == cloudevent.Missing && slices.Contains(elsewhere, c):
	case c.acceptsValue(l.view, v), isArray && c.acceptsElement(l.view, v.JSON.Raw):
		return mismatch{}
	}
	return mismatch{c, v}
}

// acceptsValue reports whether a value matches. A text with half a surrogate pair makes the event invalid for the rule,
// because readers decode it differently.
func (c *clause) acceptsValue(view *cloudevent.View, v cloudevent.Value) bool {
	if v.IsHalf() {
		view.Distrust(cloudevent.HalfCharacter(c.path))
	}
	return c.accepts(v.Scalar())
}

// checkElements looks for an element that matches all fields. It returns the mismatch of the only element, if there is one.
// An empty array counts as one element without names.
func (c *clause) checkElements(view *cloudevent.View, v cloudevent.Value, elsewhere []*clause) mismatch {
	if elsewhere == nil {
		elsewhere = c.presentIn(view, v)
	}
	failed, count := mismatch{c, v}, 0
	cloudevent.EachElement(v.JSON.Raw, func(element gjson.Result) bool {
		count++
		var own mismatch
		view.Passing(func() {
			own = checkAll(c.fields, level{view: view, value: cloudevent.Value{Kind: cloudevent.JSON, JSON: element}, path: c.path, inArray: true}, elsewhere)
		})
		if own.clause == nil || count == 1 {
			failed = own
		} else {
			failed = mismatch{c, v}
		}
		return own.clause != nil
	})
	if count == 0 && checkAll(c.fields, level{view: view, inArray: true}, elsewhere).clause == nil {
		return mismatch{}
	}
	return failed
}

// acceptsElement reports whether an array has a scalar that matches.
func (c *clause) acceptsElement(view *cloudevent.View, array string) (found bool) {
	cloudevent.EachElement(array, func(element gjson.Result) bool {
		found = c.acceptsValue(view, cloudevent.Value{Kind: cloudevent.JSON, JSON: element})
		return !found
	})
	return found
}
