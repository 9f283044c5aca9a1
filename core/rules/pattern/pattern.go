// Package pattern compiles EventBridge event patterns and matches events against them. A pattern is an AND over names
// and an OR over each name's values. A mismatch names the first clause that failed and what the event has there.
package pattern

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// A Pattern says which events a rule is for, or which elements of each: AND over names, OR over a name's values.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type Pattern struct {
	root    clause
	element bool // over the element of each
}

// A clause is what a pattern demands of one name: values of which one must fit, or a pattern of its own.
type clause struct {
	path    string
	name    string
	written string
	accepts matcher  // nil if there are fields
	fields  []clause // all must hold
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
		return p.root.check(cloudevent.Value{Kind: cloudevent.JSON, JSON: v.Element})
	}
	for i := range p.root.fields {
		c := &p.root.fields[i]
		got := v.Data
		if c.name != "data" {
			got = v.Attribute(c.name)
		}
		if failed := c.check(got); failed.clause != nil {
			return failed
		}
	}
	return mismatch{}
}

func (c *clause) check(v cloudevent.Value) mismatch {
	isArray := v.Kind == cloudevent.JSON && v.JSON.IsArray()
	switch {
	case c.fields != nil && isArray:
		return c.checkElements(v)
	case c.fields != nil:
		return c.checkFields(v)
	case c.accepts(v.Scalar()), isArray && c.acceptsElement(v.JSON.Raw):
		return mismatch{}
	}
	return mismatch{c, v}
}

// checkFields looks in an object. All else has no names, which exists: false may want.
func (c *clause) checkFields(v cloudevent.Value) mismatch {
	for i := range c.fields {
		field := &c.fields[i]
		var got cloudevent.Value
		if v.Kind == cloudevent.JSON {
			if found := cloudevent.Member(v.JSON, field.name); found.Exists() {
				got = cloudevent.Value{Kind: cloudevent.JSON, JSON: found}
			}
		}
		if failed := field.check(got); failed.clause != nil {
			return failed
		}
	}
	return mismatch{}
}

// checkElements looks for an element that holds up to all fields. If there is but one, the mismatch is its own.
func (c *clause) checkElements(v cloudevent.Value) mismatch {
	failed, count := mismatch{c, v}, 0
	cloudevent.EachElement(v.JSON.Raw, func(element gjson.Result) bool {
		count++
		own := c.checkFields(cloudevent.Value{Kind: cloudevent.JSON, JSON: element})
		if own.clause == nil || count == 1 {
			failed = own
		} else {
			failed = mismatch{c, v}
		}
		return own.clause != nil
	})
	return failed
}

// acceptsElement looks for an element with a scalar that fits.
func (c *clause) acceptsElement(array string) (found bool) {
	cloudevent.EachElement(array, func(element gjson.Result) bool {
		found = c.accepts(cloudevent.ScalarOf(element))
		return !found
	})
	return found
}
