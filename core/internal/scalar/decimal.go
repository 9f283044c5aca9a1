package scalar

import (
	"strconv"
	"strings"

	"sendbridge/internal/jsontext"
)

// A Decimal is an exact JSON number: 0.d₁d₂d₃… × 10^exponent, where the first digit is not 0 and zero has no digits. The
// digits stay in the text, so neither many digits nor a huge exponent cost memory.
type Decimal struct {
	negative        bool
	whole, fraction string // the digits before and after the decimal point
	Exponent        int64
}

// MaxExponent is the largest exponent in a pattern. Exponents in events are limited to a far larger value, so every
// comparison is exact.
const MaxExponent = 1_000_000_000_000

const exponentCut = 1 << 58

// ParseDecimal parses a text that is exactly one JSON number.
// https://www.rfc-editor.org/rfc/rfc8259#section-6
func ParseDecimal(text string) (d Decimal, ok bool) {
	if text == "" || text[0] != '-' && !isDigit(text[0]) || !isDigit(text[len(text)-1]) || !jsontext.Valid(text) {
		return Decimal{}, false
	}
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		n, _ := strconv.ParseInt(text[e+1:], 10, 64) // out of range, it is the nearest int64
		text, d.Exponent = text[:e], max(-exponentCut, min(n, exponentCut))
	}
	text, d.negative = strings.CutPrefix(text, "-")
	d.whole, d.fraction, _ = strings.Cut(text, ".")
	return d.normal(), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// normal moves the decimal point before the first digit that is not 0.
func (d Decimal) normal() Decimal {
	if d.whole != "0" {
		d.Exponent += int64(len(d.whole))
		return d
	}
	significant := strings.TrimLeft(d.fraction, "0")
	d.Exponent -= int64(len(d.fraction) - len(significant))
	d.whole, d.fraction = "", significant
	return d
}

func (d Decimal) digits() int { return len(d.whole) + len(d.fraction) }

// digit returns digit i, or 0 after the last one.
func (d Decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i]
	case i < d.digits():
		return d.fraction[i-len(d.whole)]
	}
	return '0'
}

// sign returns -1, 0 or 1.
func (d Decimal) sign() int {
	switch {
	case d.digits() == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Compare returns a negative number if d < e, 0 if they are equal, and a positive number if d > e.
func (d Decimal) Compare(e Decimal) int {
	sign := d.sign()
	if other := e.sign(); sign != other {
		return sign - other
	}
	if d.Exponent != e.Exponent {
		if d.Exponent < e.Exponent {
			return -sign
		}
		return sign
	}
	for i := range max(d.digits(), e.digits()) {
		if a, b := d.digit(i), e.digit(i); a != b {
			return sign * (int(a) - int(b))
		}
	}
	return 0
}
