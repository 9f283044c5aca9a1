package inlet

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
)

// openBearer takes a token in the header or, as the webhook specification wants, in the query: not in both. An Authorization
// header that has none of the inlet's tokens is somebody else's, such as a platform's, and is of no concern beside a query.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#32-uri-query-parameter
func openBearer(in input) (checks, error) {
	b := NewBearer(in.secrets)
	check := func(r *http.Request) error {
		given := r.URL.Query()["access_token"]
		switch {
		case len(given) == 0:
			return b.Check(r.Header)
		case len(given) > 1 || b.Check(r.Header) == nil:
			return unproven("more than one token")
		}
		return b.checkToken(given[0])
	}
	return checks{head: check, login: "Bearer"}, nil
}

// A Bearer lets in whoever has one of the tokens, at an inlet or wherever CloudEvents are received.
// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
type Bearer struct {
	required bool
	hashes   [][sha256.Size]byte // hashes, as comparing in constant time needs equal lengths
}

// NewBearer lets everybody in if no token is given at all. An empty token lets nobody in: it is a setting that went wrong.
func NewBearer(tokens []string) Bearer {
	b := Bearer{required: len(tokens) > 0}
	for _, token := range tokens {
		if token != "" {
			b.hashes = append(b.hashes, sha256.Sum256([]byte(token)))
		}
	}
	return b
}

// IsSet says whether a token is needed.
func (b Bearer) IsSet() bool { return b.required }

// Check wants one Authorization header with one of the tokens. The error is an Error.
func (b Bearer) Check(h http.Header) error {
	if !b.required {
		return nil
	}
	values := h["Authorization"]
	if len(values) != 1 {
		return unauthenticated("not one Authorization header")
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

// unauthenticated keeps the reason for the log: a caller learns only what to send.
func unauthenticated(reason string) error {
	return &Error{Code: "Unauthenticated", Text: "send Authorization: Bearer with a token of this bridge", Cause: errors.New(reason)}
}
