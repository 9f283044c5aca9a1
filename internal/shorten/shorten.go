// Package shorten shortens values that errors, answers and messages quote.
package shorten

import (
	"strings"
	"unicode/utf8"
)

// Characters returns s, or its beginning and "…", with at most most characters in all. Use it for text that people read.
func Characters(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// Bytes returns s, or its first most bytes without invalid UTF-8, and "…". Use it where untrusted input must not use much
// space.
func Bytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
