package cloudevent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core/internal/scalar"
	"sendbridge/core/internal/text"
)

// Describe returns the value for an error.
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

// IsEmpty reports whether the value is missing, null or an empty string.
func (v Value) IsEmpty() bool {
	if v.Kind == JSON {
		return v.JSON.Type == gjson.Null || v.JSON.Type == gjson.String && v.JSON.Str == ""
	}
	return v.Str == ""
}

// IsAttribute reports whether the value is a context attribute, which is text even if it looks like a number.
func (v Value) IsAttribute() bool { return v.Kind == attribute }

// IsComposite reports whether the value is an object or array.
func (v Value) IsComposite() bool {
	return v.Kind == JSON && v.JSON.Type == gjson.JSON
}

// Other returns the second legal spelling of an attribute that is a URI, or an empty string.
func (v Value) Other() string { return v.other }

// Text returns the value as text: the content of a string, or the JSON of any other value as received.
func (v Value) Text() string {
	switch {
	case v.Kind != JSON:
		return v.Str
	case v.JSON.Type == gjson.String:
		return v.JSON.Str
	}
	return v.JSON.Raw
}

// Scalar returns the value for matchers.
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

// ScalarOf returns a JSON value for matchers.
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

// A kind is the type of a value. It decides what patterns and templates may do with it.
type kind uint8

const (
	Missing   kind = iota
	attribute      // a context attribute: text that may also be compared as a number or boolean, because HTTP headers have no types
	JSON           // a JSON value inside data
	Text           // data that is not JSON: one string
	binary         // data that is not text: it can only be tested for existence or sent as it is
)

// A Value is the value at a path of an event.
type Value struct {
	Kind  kind
	Str   string       // for attribute, text and binary
	other string       // the second legal spelling of an attribute that is a URI; empty for none
	JSON  gjson.Result // for JSON
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
