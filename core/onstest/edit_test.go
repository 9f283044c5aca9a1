package onstest_test

import (
	"unicode"

	"pgregory.net/rapid"
)

var (
	anyByte   = rapid.Byte()
	printable = rapid.ByteRange('!', '~')
	visible   = &unicode.RangeTable{R16: []unicode.Range16{{Lo: '!', Hi: '~', Stride: 1}}}
)

// edited returns s with one byte replaced, inserted or removed: never s itself.
func edited(t *rapid.T, s string, bytes *rapid.Generator[byte]) string {
	if s == "" {
		return string([]byte{bytes.Draw(t, "byte")})
	}
	at := rapid.IntRange(0, len(s)-1).Draw(t, "at")
	switch rapid.IntRange(0, 2).Draw(t, "edit") {
	case 0:
		b := bytes.Filter(func(b byte) bool { return b != s[at] }).Draw(t, "byte")
		return s[:at] + string([]byte{b}) + s[at+1:]
	case 1:
		return s[:at] + string([]byte{bytes.Draw(t, "byte")}) + s[at:]
	}
	return s[:at] + s[at+1:]
}
