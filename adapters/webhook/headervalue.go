package webhook

import (
	"errors"
	"net/url"
	"strings"
)

// errQuote and errPercent are what can be wrong with a header value's encoding.
var (
	errQuote   = errors.New(`a " is not closed: write " as %22`)
	errPercent = errors.New("a % must be followed by two hexadecimal digits: write % as %25")
)

// decodeValue undoes a header value's quoted strings, which senders of older versions of the binding use, and then
// one round of percent-encoding.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
func decodeValue(s string) (string, error) {
	s, err := unquote(s)
	if err != nil {
		return "", err
	}
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return "", errPercent
	}
	return decoded, nil
}

func unquote(s string) (string, error) {
	if strings.IndexByte(s, '"') < 0 {
		return s, nil
	}
	plain := make([]byte, 0, len(s))
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted && i+1 < len(s):
			i++
			plain = append(plain, s[i])
		default:
			plain = append(plain, c)
		}
	}
	if quoted {
		return "", errQuote
	}
	return string(plain), nil
}
