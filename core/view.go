package core

import (
	"strings"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/tidwall/gjson"
)

// A kind says what a value is made of, and with it what a pattern or a template may do with it.
type kind uint8

const (
	missing   kind = iota
	attribute      // a context attribute: text that stands for a number or a boolean too, as HTTP headers carry no types
	content        // a JSON value inside data
	text           // data that is not JSON: one string
	binary         // data that is not text: it exists, and can be sent on as it is
)

// A value is what a path finds in an event.
type value struct {
	kind kind
	str  string       // of attribute, text and binary
	json gjson.Result // of content
}

// A view answers paths for one event, from its raw bytes. It is used by one goroutine.
type view struct {
	record  *Record
	context *event.EventContextV1
	source  string // of context, once it was asked for: a URL is put together at each String
	data    value
	hops    int
	element gjson.Result // of each
}

// newView looks at an event once. The error says that it is none, that data is not what datacontenttype says, or that
// it goes in a circle.
func newView(r *Record) (*view, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	v := &view{record: r, context: contextOf(&r.Event)}
	if v.context == nil {
		return nil, invalidEvent("the event has no context attributes")
	}
	var err error
	if v.hops, err = hopsOf(v.context); err != nil {
		return nil, err
	}
	return v, v.look(r.Event.Data())
}

// look finds out what kind of data an event has.
func (v *view) look(raw []byte) error {
	if raw == nil {
		return nil
	}
	s := string(raw)
	declared := orEmpty(v.context.DataContentType)
	mayBeJSON := declared == "" || isJSON(declared)
	switch utf := utf8.ValidString(s); {
	case utf && mayBeJSON && validJSON(s):
		v.data = value{kind: content, json: gjson.Parse(s)}
	case mayBeJSON && declared != "":
		return invalidEvent("data is not JSON although datacontenttype is %q", declared)
	case utf:
		v.data = value{kind: text, str: s}
	default:
		v.data = value{kind: binary, str: s}
	}
	return nil
}

// contextOf returns an event's attributes without the copies that the SDK's getters make; nil where there are none.
func contextOf(e *event.Event) *event.EventContextV1 {
	if v1, ok := e.Context.(*event.EventContextV1); ok || e.Context == nil {
		return v1
	}
	return e.Context.AsV1()
}

// isJSON says whether a media type declares JSON: application/json, text/json and all that end in +json.
func isJSON(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	_, sub, _ := strings.Cut(strings.TrimSpace(base), "/")
	return strings.EqualFold(sub, "json") || len(sub) > 5 && strings.EqualFold(sub[len(sub)-5:], "+json")
}

// find answers a path from an event. What is not there is of kind missing.
func (p path) find(v *view) value {
	if p.element {
		return descend(v.element, p.segments)
	}
	first := p.segments[0].name
	if first != "data" {
		return v.attribute(first)
	}
	if v.data.kind == content {
		return descend(v.data.json, p.segments[1:])
	}
	if len(p.segments) > 1 {
		return value{}
	}
	return v.data
}

// attribute answers a context attribute by its name in its canonical text, so that an event matches the same
// whichever way it travelled. None may be empty.
func (v *view) attribute(name string) value {
	s := ""
	switch name {
	case "source":
		if v.source == "" {
			v.source = v.context.Source.String()
		}
		s = v.source
	case ingressName:
		s = v.record.Ingress
	default:
		s = attributeText(v.context, name)
	}
	if s == "" {
		return value{}
	}
	return value{kind: attribute, str: s}
}

// descend follows names and indexes through JSON. Of names given twice in an object the first counts.
func descend(r gjson.Result, segments []segment) value {
	for _, s := range segments {
		if s.index >= 0 {
			r = elementAt(r, s.index)
		} else {
			r = member(r, s.name)
		}
		if !r.Exists() {
			return value{}
		}
	}
	if !r.Exists() {
		return value{}
	}
	return value{kind: content, json: r}
}

// member returns an object's value by name, comparing whole names: gjson's own paths have wildcards and modifiers
// that a name could trigger.
func member(r gjson.Result, name string) (found gjson.Result) {
	if !r.IsObject() {
		return found
	}
	r.ForEach(func(key, val gjson.Result) bool {
		if key.Str == name {
			found = val
			return false
		}
		return true
	})
	return found
}

func elementAt(r gjson.Result, index int) (found gjson.Result) {
	if !r.IsArray() {
		return found
	}
	r.ForEach(func(_, val gjson.Result) bool {
		if index == 0 {
			found = val
			return false
		}
		index--
		return true
	})
	return found
}
