package jsonpath

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
)

// Find answers a path from an event. What is not there is of kind missing.
func (p Path) Find(v *cloudevent.View) cloudevent.Value {
	if p.Element {
		return descend(v.Element, p.Segments)
	}
	first := p.Segments[0].Name
	if first != "data" {
		return v.Attribute(first)
	}
	if v.Data.Kind == cloudevent.JSON {
		return descend(v.Data.JSON, p.Segments[1:])
	}
	if len(p.Segments) > 1 {
		return cloudevent.Value{}
	}
	return v.Data
}

// descend follows names and indexes through JSON. Of names given twice in an object the first counts.
func descend(r gjson.Result, segments []segment) cloudevent.Value {
	for _, s := range segments {
		if s.index >= 0 {
			r = cloudevent.ElementAt(r, s.index)
		} else {
			r = cloudevent.Member(r, s.Name)
		}
		if !r.Exists() {
			return cloudevent.Value{}
		}
	}
	if !r.Exists() {
		return cloudevent.Value{}
	}
	return cloudevent.Value{Kind: cloudevent.JSON, JSON: r}
}
