// Package scalar represents single values of rules files and events: scalars that matchers compare, and JSON numbers as
// exact decimals.
package scalar

import (
	"strconv"
)

// A Scalar is the part of a value that a matcher compares.
type Scalar struct {
	Kind  Kind
	Text  string // the text of a string; the JSON of a number, true, false or null
	Other string // the second legal spelling of an attribute, which its sender did not write
}

type Kind uint8

const (
	Absent  Kind = iota // the event has no such value
	Opaque              // a value that cannot be compared: an object, a whole array, bytes that are not text
	Keyword             // true, false or null
	Number
	String
	Untyped // the text of an attribute, which may also be compared as a number or a boolean
)

// IsText reports whether a text fits, in either of its spellings.
func (s Scalar) IsText(fits func(string) bool) bool {
	return (s.Kind == String || s.Kind == Untyped) && (fits(s.Text) || s.Other != "" && fits(s.Other))
}

// AsDecimal returns the value as a number, if it is one.
func (s Scalar) AsDecimal() (Decimal, bool) {
	if s.Kind != Number && s.Kind != Untyped {
		return Decimal{}, false
	}
	return ParseDecimal(s.Text)
}

// Written returns the value as a literal for a message.
func (s Scalar) Written() string {
	if s.Kind == String {
		return strconv.Quote(s.Text)
	}
	return s.Text
}
