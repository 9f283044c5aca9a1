package inlet

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
)

// openBearer accepts a token in the header or, as the webhook specification requires, in the query, but not in both. If the
// query has a token, it ignores an Authorization header with an unknown one, which may be a platform's.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#32-uri-query-parameter
func openBearer(in input) (checks, error) {
	b := NewBearer(in.secrets)
	check := func(r *http.Request) error {
		given := r.URL.Query()["access_token"]
		switch {
		case len(given) == 0:
			return b.Check(r.Header)
		case len(given) > 1 || b.Check(r.Header) == nil:
			return rejected("more than one token")
		}
		return b.checkToken(given[0])
	}
	return checks{head: check, login: "Bearer"}, nil
}

// A Bearer accepts requests with one of its tokens, at an inlet or at the root path.
// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
type Bearer struct {
	required bool
	hashes   [][sha256.Size]byte // hashes, because a comparison in constant time needs equal lengths
}

// NewBearer returns a Bearer. Without any token it accepts every request. An empty token is a wrong setting and matches no
// request.
func NewBearer(tokens []string) Bearer {
	b := Bearer{required: len(tokens) > 0}
	for _, token := range tokens {
		if token != "" {
			b.hashes = append(b.hashes, sha256.Sum256([]byte(token)))
		}
	}
	return b
}

// IsSet reports whether a token is needed.
func (b Bearer) IsSet() bool { return b.required }

// Check requires one Authorization header with one of the tokens. The error is an Error.
func (b Bearer) Check(h http.Header) error {
	if !b.required {
		return nil
	}
	values := h["Authorization"]
	if len(values) != 1 {
		return unauthenticated("want one Authorization header")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return unauthenticated("the scheme is not Bearer")
	}
	return b.checkToken(strings.TrimSpace(token))
}

func (b Bearer) checkToken(token string) error {
	given := sha256.Sum256([]byte(token))
	match := 0
	for i := range b.hashes {
		match |= subtle.ConstantTimeCompare(given[:], b.hashes[i][:])
	}
	if match == 0 {
		return unauthenticated("unknown token")
	}
	return nil
}

// unauthenticated keeps the reason for the log. The caller only learns what to send.
func unauthenticated(reason string) error {
	return &Error{Code: "Unauthenticated", Text: "send Authorization: Bearer and a token of this bridge", Cause: errors.New(reason)}
}
