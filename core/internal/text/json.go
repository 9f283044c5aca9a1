// Package text writes and checks small pieces of text: JSON strings, UTF-8, names, and excerpts for error messages.
package text

import (
	"strings"

	"sendbridge/internal/jsontext"
)

// IsJSONScalar reports whether text is a JSON number, true, false or null.
func IsJSONScalar(s string) bool {
	return s != "" && strings.IndexByte("-0123456789tfn", s[0]) >= 0 && jsontext.Valid(s)
}

// AppendJSONString appends s, which must be UTF-8, as a JSON string. It escapes only what JSON requires, because payloads
// are limited in size and are not HTML.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = AppendEscaped(dst, s)
	return append(dst, '"')
}

// AppendEscaped appends s as the content of a JSON string.
func AppendEscaped(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		if short := strings.IndexByte("\"\\\b\f\n\r\t", c); short >= 0 {
			dst = append(dst, '\\', `"\bfnrt`[short])
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	return append(dst, s[start:]...)
}
