// Package text writes and checks small pieces of text: JSON strings, UTF-8, names, and excerpts for error messages.
package text

import (
	"strings"

	"github.com/tidwall/gjson"
)

// IsJSONScalar says whether text is a JSON number, true, false or null.
func IsJSONScalar(s string) bool {
	return s != "" && strings.IndexByte("-0123456789tfn", s[0]) >= 0 && gjson.Valid(s)
}

// MaxDepth is how deep JSON may nest, the same as in encoding/json: validation goes one call deeper a level.
const MaxDepth = 10_000

// ValidJSON says whether s is one JSON value, with nothing after it.
func ValidJSON(s string) bool {
	return !tooDeep(s) && gjson.Valid(s)
}

func tooDeep(s string) bool {
	if strings.Count(s, "[")+strings.Count(s, "{") <= MaxDepth {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[', c == '{':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == ']', c == '}':
			depth--
		}
	}
	return false
}

// AppendJSONString appends s, which is UTF-8, as a JSON string. Only what JSON demands is escaped: a payload is short
// of room, and HTML is not where it goes.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = AppendEscaped(dst, s)
	return append(dst, '"')
}

// AppendEscaped appends s as the inside of a JSON string.
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
