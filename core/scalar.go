package core

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// A scalar is the part of a value that a matcher looks at.
type scalar struct {
	is   scalarKind
	text string // a string's text; a number, true, false and null as JSON has them
}

type scalarKind uint8

const (
	absent  scalarKind = iota // the event has nothing by that name
	opaque                    // it has, but nothing to compare: an object, an array as such, bytes that are no text
	keyword                   // true, false or null
	number
	str
	untyped // an attribute's text, which stands for the number or the boolean it spells as well
)

func (v value) scalar() scalar {
	switch v.kind {
	case attribute:
		return scalar{is: untyped, text: v.str}
	case text:
		return scalar{is: str, text: v.str}
	case binary:
		return scalar{is: opaque}
	case content:
		return jsonScalar(v.json)
	}
	return scalar{}
}

func jsonScalar(r gjson.Result) scalar {
	switch r.Type {
	case gjson.String:
		return scalar{is: str, text: r.Str}
	case gjson.Number:
		return scalar{is: number, text: r.Raw}
	case gjson.JSON:
		return scalar{is: opaque}
	}
	return scalar{is: keyword, text: r.Raw}
}

// string returns the text of what is one.
func (s scalar) string() (string, bool) {
	return s.text, s.is == str || s.is == untyped
}

// decimal returns the number of what is one.
func (s scalar) decimal() (decimal, bool) {
	if s.is != number && s.is != untyped {
		return decimal{}, false
	}
	return parseDecimal(s.text)
}

// asJSON writes a literal for a message to propose.
func (s scalar) asJSON() string {
	if s.is == str {
		return strconv.Quote(s.text)
	}
	return s.text
}
