package webhook

import (
	"net/url"
	"strings"
)

// decodeValue decodes a header value's quoted strings, which senders of older versions of the binding use, and then one
// round of percent-encoding. A sender that encodes nothing may write a " that nothing closes or a % that starts no
// escape; both stay as they are.
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
	decoded := make([]byte, 0, len(s))
	for {
		before, rest, _ := strings.Cut(s, `"`)
		decoded = append(decoded, before...)
		if len(before) == len(s) {
			return string(decoded)
		}
		var closed bool
		if decoded, s, closed = appendQuoted(decoded, rest); !closed {
			return string(append(append(decoded, '"'), rest...))
		}
	}
}

// appendQuoted appends the content of a quoted string up to its closing quote. It appends nothing if the closing quote
// is missing.
func appendQuoted(decoded []byte, s string) (all []byte, rest string, closed bool) {
	start := len(decoded)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return decoded, s[i+1:], true
		case c == '\\' && i+1 < len(s):
			i++
			decoded = append(decoded, s[i])
		default:
			decoded = append(decoded, c)
		}
	}
	return decoded[:start], s, false
}

// unescape decodes each escape and keeps each % that starts none.
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
