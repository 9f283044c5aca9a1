// Package shorten cuts what errors, answers and lines for people quote.
package shorten

import (
	"strings"
	"unicode/utf8"
)

// Characters returns s, or the beginning of it and "…", which together are most characters. It is for what a person reads.
func Characters(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// Bytes returns s, or its first most bytes without what is not UTF-8, and "…". It is for what must not grow, whatever
// somebody sends.
func Bytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
