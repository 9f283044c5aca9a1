// Canonical form, written from the vendor's description and for the verifying side alone:
// https://help.aliyun.com/document_detail/2593177.html

package onstest

import (
	"cmp"
	"slices"
	"strings"
)

// A pair is one decoded parameter; its value may be any bytes.
type pair struct{ name, value string }

// parseForm decodes a query string or a form as the gateway does: a plus sign is a space, an escape may be any byte.
func parseForm(s string) (pairs []pair, ok bool) {
	for field := range strings.SplitSeq(s, "&") {
		if field == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(field, "=")
		name, ok := unescape(rawName)
		if !ok {
			return nil, false
		}
		value, ok := unescape(rawValue)
		if !ok {
			return nil, false
		}
		pairs = append(pairs, pair{name, value})
	}
	return pairs, true
}

func unescape(s string) (string, bool) {
	if !strings.ContainsAny(s, "+%") {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+':
			b.WriteByte(' ')
		case '%':
			if i+2 >= len(s) {
				return "", false
			}
			high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
			if high < 0 || low < 0 {
				return "", false
			}
			b.WriteByte(byte(high<<4 | low))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), true
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// canonical is the sorted, re-encoded form of decoded parameters, without those that skip names.
func canonical(pairs []pair, skip string) string {
	sorted := slices.SortedFunc(slices.Values(pairs), func(a, b pair) int { return cmp.Compare(a.name, b.name) })
	var b strings.Builder
	for _, p := range sorted {
		if p.name == skip && skip != "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		escape(&b, p.name)
		b.WriteByte('=')
		escape(&b, p.value)
	}
	return b.String()
}

// escape writes s with every byte but the unreserved ones of RFC 3986 as an upper-case escape.
func escape(b *strings.Builder, s string) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}
