package jsonpath

import (
	"strconv"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// Find returns the value at a path of an event. A value that does not exist has kind Missing.
func (p Path) Find(v *cloudevent.View) cloudevent.Value {
	if p.Element {
		return valueOf(p.descend(v, v.Element, 0))
	}
	first := p.Segments[0].Name
	if first != "data" {
		return v.Attribute(first)
	}
	if v.Data.Kind == cloudevent.JSON {
		return valueOf(v.Kept(p.Slot, func() gjson.Result { return p.descend(v, v.Data.JSON, 1) }))
	}
	if len(p.Segments) > 1 {
		return cloudevent.Value{}
	}
	return v.Data
}

// descend follows names and indexes through JSON, from segment at. An object on the path with a duplicate name makes the
// event invalid for the rule.
func (p Path) descend(v *cloudevent.View, r gjson.Result, at int) gjson.Result {
	for i, s := range p.Segments[at:] {
		if s.index >= 0 {
			r = v.ElementAt(r, s.index)
		} else {
			found, twice, ok := v.Member(r, s.Name)
			if !ok {
				v.Distrust(cloudevent.DuplicateName(MemberPath(p.upTo(at+i), twice)))
			}
			r = found
		}
		if !r.Exists() {
			return r
		}
	}
	return r
}

func valueOf(r gjson.Result) cloudevent.Value {
	if !r.Exists() {
		return cloudevent.Value{}
	}
	return cloudevent.Value{Kind: cloudevent.JSON, JSON: r}
}

// InData returns the path in its canonical spelling if it leads below the event's data, and "" otherwise.
func (p Path) InData() string {
	if p.Element || len(p.Segments) < 2 || p.Segments[0].Name != "data" {
		return ""
	}
	return p.upTo(len(p.Segments))
}

// upTo returns the path without the segments from n on.
func (p Path) upTo(n int) string {
	text := p.Text[:1]
	for _, s := range p.Segments[:n] {
		if s.index >= 0 {
			text += "[" + strconv.Itoa(s.index) + "]"
		} else {
			text = MemberPath(text, s.Name)
		}
	}
	return text
}
