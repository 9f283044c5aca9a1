package core

import (
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// An insertion is how a value is written where its placeholder stands.
type insertion uint8

const (
	asText    insertion = iota // as it is, objects and arrays as their JSON
	asLevel                    // as part of a topic's level
	asLevels                   // as part of a topic, slashes included
	asEscaped                  // inside the quotes of a JSON string
	asValue                    // as a JSON value
)

// append writes the placeholder's value, or its fallback where there is none.
func (h *placeholder) append(dst []byte, v *view) ([]byte, *fault.Error) {
	val, f := h.from.value(v)
	switch {
	case f != nil:
		f.Text = h.text + ": " + f.Text
		return dst, f
	case !val.isEmpty():
		return h.insert(dst, val)
	case h.hasFallback:
		return append(dst, h.fallback...), nil
	}
	return dst, senderFault("%s: %s, and there is no :-fallback", h.text, h.from.whyEmpty(v))
}

func (h *placeholder) insert(dst []byte, val value) ([]byte, *fault.Error) {
	s := val.text()
	switch h.as {
	case asLevel, asLevels:
		if f := h.checkLevel(val, s); f != nil {
			return dst, f
		}
	case asEscaped, asValue:
		if !utf8.ValidString(s) {
			return dst, ruleFault("%s: the value is not UTF-8, which JSON must be: send it alone, with jsonpath and base64: true", h.text)
		}
		if h.as == asEscaped {
			return appendEscaped(dst, s), nil
		}
		if val.kind == content {
			return append(dst, val.json.Raw...), nil
		}
		if !isJSONScalar(s) {
			return dst, senderFault("%s: %s is no JSON number, true, false or null: only in quotes may it be any text", h.text, val.describe())
		}
	}
	return append(dst, s...), nil
}

// isJSONScalar says whether text is a JSON number, true, false or null.
func isJSONScalar(s string) bool {
	return s != "" && strings.IndexByte("-0123456789tfn", s[0]) >= 0 && gjson.Valid(s)
}

// isEmpty says whether there is nothing to write: no value, null, or an empty string.
func (v value) isEmpty() bool {
	if v.kind == content {
		return v.json.Type == gjson.Null || v.json.Type == gjson.String && v.json.Str == ""
	}
	return v.str == ""
}

// isComposite says whether the value is an object or array.
func (v value) isComposite() bool {
	return v.kind == content && v.json.Type == gjson.JSON
}

// text is the value as people would write it: a string's own text, anything else its JSON as it came.
func (v value) text() string {
	switch {
	case v.kind != content:
		return v.str
	case v.json.Type == gjson.String:
		return v.json.Str
	}
	return v.json.Raw
}
