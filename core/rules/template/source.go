package template

import (
	"strconv"
	"time"
	"unicode/utf8"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// A source is the origin of a variable's value.
type source uint8

const (
	fromPath   source = iota
	fromNow           // the time of handling
	fromRule          // the rule's name
	fromIndex         // the element's index in the array of each
	fromHeader        // a header of the request
)

// find returns the source's value for an event, before match and format.
func (x *variable) find(v *cloudevent.View) cloudevent.Value {
	switch x.source {
	case fromNow:
		return stringValue(v.Now.UTC().Format(time.RFC3339Nano))
	case fromRule:
		return stringValue(x.rule)
	case fromIndex:
		return cloudevent.Value{Kind: cloudevent.Text, Str: strconv.Itoa(v.Index)}
	case fromHeader:
		return x.header(v)
	}
	return x.path.Find(v)
}

// transformed applies a placeholder's transforms, starting with the one next to the value. An empty value stays empty.
func (h *placeholder) transformed(val cloudevent.Value) (cloudevent.Value, *fault.Error) {
	for i := len(h.transforms) - 1; i >= 0 && !val.IsEmpty(); i-- {
		t := h.transforms[i]
		if val.HasHalf() {
			return val, cloudevent.HalfCharacter(h.from.name())
		}
		if !utf8.ValidString(val.Text()) {
			return val, ruleFault("%s is not UTF-8 text, which %s requires", h.from.name(), t.name)
		}
		if t.array != isArray(val) || t.array && hasComposite(val) || !t.array && val.IsComposite() {
			return val, SenderFault("%s is %s: %s takes %s", h.from.name(), val.Describe(), t.name, t.takes())
		}
		s, ok := t.apply(val.Text())
		if !ok {
			return val, SenderFault("%s is %s: %s takes a time of RFC 3339, or seconds or milliseconds since 1970", h.from.name(), val.Describe(), t.name)
		}
		if val = stringValue(s); t.number {
			val = cloudevent.Value{Kind: cloudevent.Text, Str: s}
		}
	}
	return val, nil
}

func (t transform) takes() string {
	if t.array {
		return "an array of texts, numbers, true and false"
	}
	return "text, numbers, true and false"
}

func isArray(val cloudevent.Value) bool {
	return val.Kind == cloudevent.JSON && val.JSON.IsArray()
}

func hasComposite(array cloudevent.Value) bool {
	for _, element := range array.JSON.Array() {
		if element.IsObject() || element.IsArray() {
			return true
		}
	}
	return false
}
