// Package scalar holds single values: what a matcher compares, and JSON numbers as exact decimals. A rules file and an
// event both have them.
package scalar

import (
	"strconv"
)

// A Scalar is the part of a value that a matcher looks at.
type Scalar struct {
	Kind  Kind
	Text  string // a string's text; a number, true, false and null as JSON has them
	Other string // of an attribute with two legal spellings the one that its sender did not write
}

type Kind uint8

const (
	Absent  Kind = iota // the event has nothing by that name
	Opaque              // it has, but nothing to compare: an object, an array as such, bytes that are no text
	Keyword             // true, false or null
	Number
	String
	Untyped // an attribute's text, which stands for the number or the boolean it spells as well
)

// IsText says whether the text of what is one fits, in either of its spellings.
func (s Scalar) IsText(fits func(string) bool) bool {
	return (s.Kind == String || s.Kind == Untyped) && (fits(s.Text) || s.Other != "" && fits(s.Other))
}

// AsDecimal returns the number of what is one.
func (s Scalar) AsDecimal() (Decimal, bool) {
	if s.Kind != Number && s.Kind != Untyped {
		return Decimal{}, false
	}
	return ParseDecimal(s.Text)
}

// Written writes a literal for a message to propose.
func (s Scalar) Written() string {
	if s.Kind == String {
		return strconv.Quote(s.Text)
	}
	return s.Text
}
