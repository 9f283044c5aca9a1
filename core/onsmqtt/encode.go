package onsmqtt

import (
	"bytes"
	"slices"
)

const hexDigits = "0123456789ABCDEF"

// unreserved marks the bytes that RFC 3986 does not escape.
var unreserved = unreservedTable()

func unreservedTable() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") {
		t[c] = true
	}
	return t
}

// appendForm appends s percent-encoded as both signatures require, with upper-case hex and each byte that is not UTF-8 on
// its own. A space becomes a plus, as the official SDK sends it.
func appendForm[T string | []byte](dst []byte, s T) []byte {
	dst = slices.Grow(dst, 3*len(s))
	n := len(dst)
	out := dst[:n+3*len(s)]
	for i := range len(s) {
		c := s[i]
		if unreserved[c] {
			out[n] = c
			n++
			continue
		}
		triple := out[n : n+3]
		if c == ' ' {
			triple[0] = '+'
			n++
			continue
		}
		triple[0], triple[1], triple[2] = '%', hexDigits[c>>4], hexDigits[c&15]
		n += 3
	}
	return out[:n]
}

// appendCanonical appends the result of appendForm in its signed form, in which a space is %20.
func appendCanonical(dst, form []byte) []byte {
	for {
		i := bytes.IndexByte(form, '+') // a plus in the payload has become %2B
		if i < 0 {
			return append(dst, form...)
		}
		dst = append(append(dst, form[:i]...), "%20"...)
		form = form[i+1:]
	}
}
