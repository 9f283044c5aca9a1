package cloudevent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/text"
)

// Describe writes the value for an error.
func (v Value) Describe() string {
	switch v.Kind {
	case attribute, Text:
		return text.Excerpt(fmt.Sprintf("%q", v.Str))
	case binary:
		return "bytes that are not text"
	case JSON:
		var line bytes.Buffer
		if err := json.Compact(&line, []byte(v.JSON.Raw)); err == nil {
			return text.Excerpt(line.String())
		}
		return text.Excerpt(v.JSON.Raw)
	}
	return "nothing there"
}

// IsEmpty says whether there is nothing to write: no value, null, or an empty string.
func (v Value) IsEmpty() bool {
	if v.Kind == JSON {
		return v.JSON.Type == gjson.Null || v.JSON.Type == gjson.String && v.JSON.Str == ""
	}
	return v.Str == ""
}

// IsAttribute says whether the value is a context attribute, which is text whatever it spells.
func (v Value) IsAttribute() bool { return v.Kind == attribute }

// IsComposite says whether the value is an object or array.
func (v Value) IsComposite() bool {
	return v.Kind == JSON && v.JSON.Type == gjson.JSON
}

// Other is the other legal spelling of an attribute that is a URI, empty for none.
func (v Value) Other() string { return v.other }

// Text is the value as people would write it: a string's own text, anything else its JSON as it came.
func (v Value) Text() string {
	switch {
	case v.Kind != JSON:
		return v.Str
	case v.JSON.Type == gjson.String:
		return v.JSON.Str
	}
	return v.JSON.Raw
}

// Scalar is what matchers compare of the value.
func (v Value) Scalar() scalar.Scalar {
	switch v.Kind {
	case attribute:
		return scalar.Scalar{Kind: scalar.Untyped, Text: v.Str, Other: v.other}
	case Text:
		return scalar.Scalar{Kind: scalar.String, Text: v.Str}
	case binary:
		return scalar.Scalar{Kind: scalar.Opaque}
	case JSON:
		return ScalarOf(v.JSON)
	}
	return scalar.Scalar{}
}

// ScalarOf is what matchers compare of a JSON value.
func ScalarOf(r gjson.Result) scalar.Scalar {
	switch r.Type {
	case gjson.String:
		return scalar.Scalar{Kind: scalar.String, Text: r.Str}
	case gjson.Number:
		return scalar.Scalar{Kind: scalar.Number, Text: r.Raw}
	case gjson.JSON:
		return scalar.Scalar{Kind: scalar.Opaque}
	}
	return scalar.Scalar{Kind: scalar.Keyword, Text: r.Raw}
}

// A kind says what a value is made of, and with it what a pattern or a template may do with it.
type kind uint8

const (
	Missing   kind = iota
	attribute      // a context attribute: text that stands for a number or a boolean too, as HTTP headers carry no types
	JSON           // a JSON value inside data
	Text           // data that is not JSON: one string
	binary         // data that is not text: it exists, and can be sent on as it is
)

// A Value is what a path finds in an event.
type Value struct {
	Kind  kind
	Str   string       // of attribute, text and binary
	other string       // of a URI in an attribute: its other legal spelling, empty for none
	JSON  gjson.Result // of content
}

// ElementAt returns an array's element by its index from 0.
func (v *View) ElementAt(r gjson.Result, index int) (found gjson.Result) {
	v.Lookups++
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
