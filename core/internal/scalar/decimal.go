package scalar

import (
	"strconv"
	"strings"

	"sendbridge/internal/jsontext"
)

// A Decimal is a JSON number, exactly: 0.d₁d₂d₃… × 10^exponent, with no 0 for the first digit and no digits for zero.
// They stay where they are in the text, so that neither many of them nor a huge exponent costs memory.
type Decimal struct {
	negative        bool
	whole, fraction string // the digits, as the text's point divides them
	Exponent        int64
}

// MaxExponent bounds what patterns may say. Exponents of events are cut far beyond it, so a comparison with a pattern's
// number is exact whatever an event brings.
const MaxExponent = 1_000_000_000_000

const exponentCut = 1 << 58

// ParseDecimal reads a text that is a number of JSON's grammar as a whole.
// https://www.rfc-editor.org/rfc/rfc8259#section-6
func ParseDecimal(text string) (d Decimal, ok bool) {
	if text == "" || text[0] != '-' && !isDigit(text[0]) || !isDigit(text[len(text)-1]) || !jsontext.Valid(text) {
		return Decimal{}, false
	}
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		n, _ := strconv.ParseInt(text[e+1:], 10, 64) // the nearest there is, if it is out of range
		text, d.Exponent = text[:e], max(-exponentCut, min(n, exponentCut))
	}
	text, d.negative = strings.CutPrefix(text, "-")
	d.whole, d.fraction, _ = strings.Cut(text, ".")
	return d.normal(), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// normal moves the point to before the first digit that counts.
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

// digit is 0 beyond the last.
func (d Decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i]
	case i < d.digits():
		return d.fraction[i-len(d.whole)]
	}
	return '0'
}

// sign is -1, 0 or 1.
func (d Decimal) sign() int {
	switch {
	case d.digits() == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Compare is negative if d is less than e, 0 if they are equal, positive if d is more.
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
