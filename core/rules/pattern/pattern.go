// Package pattern compiles EventBridge event patterns and matches events against them. A pattern is an AND over names
// and an OR over each name's values. A mismatch names the first clause that failed and what the event has there.
package pattern

import (
	"slices"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/jsonpath"
)

// A Pattern says which events a rule is for, or which elements of each: AND over names, OR over a name's values.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type Pattern struct {
	root    clause
	element bool // over the element of each
}

// A clause is what a pattern demands of one name: values of which one must fit, or a pattern of its own. The clause of
// $or has no name: it demands one of its alternatives of the level that it stands at.
type clause struct {
	path         string
	name         string
	slot         cloudevent.Slot // where a View keeps what is at path, outside of arrays
	written      string
	accepts      matcher  // nil if there are fields or alternatives
	texts        []string // of which the value must be one, unless it starts as prefixes say; both nil where more may fit
	prefixes     []string
	wantsAbsent  bool       // accepts a name that is not there, as exists: false does
	fields       []clause   // all must hold
	alternatives [][]clause // of $or: all clauses of one must hold
	absents      []absent   // below fields, those with wantsAbsent
}

// A mismatch is the clause that failed first and what the event has in its place. It has no clause if all held.
type mismatch struct {
	clause *clause
	got    cloudevent.Value
}

// Match says whether an event, or the element in view, is one of those.
func (p *Pattern) Match(v *cloudevent.View) bool {
	return p.check(v).clause == nil
}

func (p *Pattern) check(v *cloudevent.View) mismatch {
	if p.element {
		return p.root.check(level{view: v, inArray: true}, cloudevent.Value{Kind: cloudevent.JSON, JSON: v.Element}, nil)
	}
	return checkAll(p.root.fields, level{view: v, top: true}, nil)
}

// A level is where names are looked up: an event, or a value inside it.
type level struct {
	view  *cloudevent.View
	top   bool             // the event itself
	value cloudevent.Value // below it
	path  string           // of the value

	inArray bool // the value is in an element of an array, of which there are many at one path
}

// below is the level of a value that a name of this one has, at path.
func (l level) below(value cloudevent.Value, path string) level {
	return level{view: l.view, value: value, path: path, inArray: l.inArray}
}

// member finds a name. What is no object has none, which exists: false may want.
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

// checkAll checks the clauses of a level. Those in elsewhere do not take a name for absent: another element of the
// array that the level is in has it.
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

// checkAlternatives looks for an alternative that holds. The mismatch is that of the first one.
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

// acceptsValue compares a value, unless a reader can only guess what it is.
func (c *clause) acceptsValue(view *cloudevent.View, v cloudevent.Value) bool {
	if v.IsHalf() {
		view.Distrust(cloudevent.HalfCharacter(c.path))
	}
	return c.accepts(v.Scalar())
}

// checkElements looks for an element that holds up to all fields. If there is but one, the mismatch is its own. An
// empty array is as an element that has no names.
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

// acceptsElement looks for an element with a scalar that fits.
func (c *clause) acceptsElement(view *cloudevent.View, array string) (found bool) {
	cloudevent.EachElement(array, func(element gjson.Result) bool {
		found = c.acceptsValue(view, cloudevent.Value{Kind: cloudevent.JSON, JSON: element})
		return !found
	})
	return found
}
