package webhook

import (
	"net/url"
	"strings"
)

// decodeValue undoes a header value's quoted strings, which senders of older versions of the binding use, and then
// one round of percent-encoding. Senders that encode nothing write a " that nothing closes and a % that starts no escape:
// both are what they are.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
func decodeValue(s string) string {
	s = unquote(s)
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return unescape(s)
}

func unquote(s string) string {
	if strings.IndexByte(s, '"') < 0 {
		return s
	}
	plain := make([]byte, 0, len(s))
	for {
		before, rest, _ := strings.Cut(s, `"`)
		plain = append(plain, before...)
		if len(before) == len(s) {
			return string(plain)
		}
		var closed bool
		if plain, s, closed = appendQuoted(plain, rest); !closed {
			return string(append(append(plain, '"'), rest...))
		}
	}
}

// appendQuoted appends the inside of a quoted string to its closing quote. It appends nothing if the closing quote is missing.
func appendQuoted(plain []byte, s string) (all []byte, rest string, closed bool) {
	start := len(plain)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return plain, s[i+1:], true
		case c == '\\' && i+1 < len(s):
			i++
			plain = append(plain, s[i])
		default:
			plain = append(plain, c)
		}
	}
	return plain[:start], s, false
}

// unescape decodes each escape, and leaves each % that starts none.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
