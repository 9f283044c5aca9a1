package template

import (
	"unicode/utf8"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/text"
)

// An escaping is how a value is written at its placeholder.
type escaping uint8

const (
	asText       escaping = iota // unchanged; objects and arrays as JSON
	asLevel                      // as a part of a topic level
	asLevels                     // as a part of a topic, which may contain slashes
	insideQuotes                 // inside the quotes of a JSON string
	jsonValue                    // as a JSON value
)

// append writes the placeholder's value, or its fallback if it has no value.
func (h *placeholder) append(dst []byte, v *cloudevent.View) ([]byte, *fault.Error) {
	val, f := h.from.value(v)
	if f == nil {
		val, f = h.transformed(val)
	}
	switch {
	case f != nil:
		f.Text = h.text + ": " + f.Text
		return dst, f
	case !val.IsEmpty():
		return h.insert(dst, val)
	case h.hasFallback:
		return append(dst, h.fallback...), nil
	}
	return dst, SenderFault("%s: %s, and there is no :-fallback", h.text, h.from.whyEmpty(v))
}

func (h *placeholder) insert(dst []byte, val cloudevent.Value) ([]byte, *fault.Error) {
	if h.escaping != jsonValue && val.IsHalf() {
		return dst, cloudevent.HalfCharacter(h.text)
	}
	s := val.Text()
	switch h.escaping {
	case asLevel, asLevels:
		if f := h.checkLevel(val, s); f != nil {
			return dst, f
		}
	case insideQuotes, jsonValue:
		if !utf8.ValidString(s) {
			return dst, ruleFault("%s: the value is not UTF-8, which JSON requires: send it alone, with jsonpath and base64: true", h.text)
		}
		if h.escaping == insideQuotes {
			return text.AppendEscaped(dst, s), nil
		}
		if val.Kind == cloudevent.JSON {
			return append(dst, val.JSON.Raw...), nil
		}
		if val.IsAttribute() {
			return text.AppendJSONString(dst, s), nil
		}
		if !text.IsJSONScalar(s) {
			return dst, SenderFault("%s: %s is not a JSON number, true, false or null: put the placeholder in quotes to allow any text", h.text, val.Describe())
		}
	}
	return append(dst, s...), nil
}
