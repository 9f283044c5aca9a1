package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
)

// bearer lets in who has one of the tokens.
// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
type bearer struct {
	required bool
	hashes   [][sha256.Size]byte // hashes, as comparing in constant time needs equal lengths
}

// newBearer wants a token if any is given. An empty one opens to nobody: it is a setting that went wrong.
func newBearer(tokens []string) bearer {
	b := bearer{required: len(tokens) > 0}
	for _, token := range tokens {
		if token != "" {
			b.hashes = append(b.hashes, sha256.Sum256([]byte(token)))
		}
	}
	return b
}

func (b bearer) check(h http.Header) error {
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

func (b bearer) checkToken(token string) error {
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

// errClosed is for whoever deployed this, who is the first to meet it.
var errClosed = &requestError{status: http.StatusForbidden, code: "AuthNotSet",
	text: "nobody is let in before SENDBRIDGE_AUTH says who is: set it to bearer with SENDBRIDGE_TOKEN, or to none in so many words"}

// unauthenticated keeps the reason for the log: a caller learns only what to send.
func unauthenticated(reason string) error {
	return &requestError{status: http.StatusUnauthorized, code: "Unauthenticated",
		text: "send Authorization: Bearer with a token of this bridge", cause: errors.New(reason)}
}
