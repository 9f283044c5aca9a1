package core

import "github.com/tidwall/gjson"

// A pattern says which events a rule is for, or which elements of each: AND over names, OR over a name's values.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
// https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-patterns
type pattern struct {
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
	got    value
}

// match says whether an event, or the element in view, is one of those.
func (p *pattern) match(v *view) bool {
	return p.check(v).clause == nil
}

func (p *pattern) check(v *view) mismatch {
	if p.element {
		return p.root.check(value{kind: content, json: v.element})
	}
	for i := range p.root.fields {
		c := &p.root.fields[i]
		got := v.data
		if c.name != "data" {
			got = v.attribute(c.name)
		}
		if failed := c.check(got); failed.clause != nil {
			return failed
		}
	}
	return mismatch{}
}

func (c *clause) check(v value) mismatch {
	isArray := v.kind == content && v.json.IsArray()
	switch {
	case c.fields != nil && isArray:
		return c.checkElements(v)
	case c.fields != nil:
		return c.checkFields(v)
	case c.accepts(v.scalar()), isArray && c.acceptsElement(v.json.Raw):
		return mismatch{}
	}
	return mismatch{c, v}
}

// checkFields looks in an object. All else has no names, which exists: false may want.
func (c *clause) checkFields(v value) mismatch {
	for i := range c.fields {
		field := &c.fields[i]
		var got value
		if v.kind == content {
			if found := member(v.json, field.name); found.Exists() {
				got = value{kind: content, json: found}
			}
		}
		if failed := field.check(got); failed.clause != nil {
			return failed
		}
	}
	return mismatch{}
}

// checkElements looks for an element that holds up to all fields. If there is but one, the mismatch is its own.
func (c *clause) checkElements(v value) mismatch {
	failed, count := mismatch{c, v}, 0
	eachElement(v.json.Raw, func(element gjson.Result) bool {
		count++
		own := c.checkFields(value{kind: content, json: element})
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
	eachElement(array, func(element gjson.Result) bool {
		found = c.accepts(jsonScalar(element))
		return !found
	})
	return found
}
