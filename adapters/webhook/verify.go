package webhook

import (
	"crypto/hmac"
	"errors"
	"hash"
	"net/http"
	"strconv"
	"time"

	"sendbridge/core"
)

// A verifier proves who sent a request. A nil part has nothing to say.
type verifier struct {
	head  func(r *http.Request) error              // before the body is read
	body  func(r *http.Request, body []byte) error // the body as it came
	login string                                   // the scheme that a WWW-Authenticate asks for; empty for none
}

// A proof is what verifiers are made of.
type proof struct {
	inlet   *core.Inlet
	secrets []string
	now     func() time.Time
	fetch   fetcher
}

// verifier makes the inlet's verifier. The error is for a secret that is none.
func (p proof) verifier() (verifier, error) {
	if p.inlet.HasSecret() && len(p.secrets) == 0 {
		return verifier{}, errors.New("no secret is given")
	}
	for _, s := range p.secrets {
		if s == "" {
			return verifier{}, errors.New("a secret is empty")
		}
	}
	switch p.inlet.Verify {
	case "bearer":
		return verifier{head: bearerOrQuery(p.secrets), login: "Bearer"}, nil
	case "basic":
		return newBasic(p.secrets)
	case "github":
		return verifier{body: signedBody{header: "X-Hub-Signature-256", prefix: "sha256=", secrets: p.secrets}.check}, nil
	case "hmac":
		return newHMAC(p.inlet, p.secrets), nil
	case "stripe":
		return verifier{body: stripe{secrets: p.secrets, now: p.now}.check}, nil
	case "standard":
		return newStandard(p.secrets, p.now)
	case "eventbridge":
		e := newEventBridge(p)
		return verifier{head: e.head, body: e.check}, nil
	case "sns":
		return verifier{body: newSNS(p).check}, nil
	case "none":
		return verifier{}, nil
	}
	return verifier{}, errors.New("verify " + strconv.Quote(p.inlet.Verify) + " is not known")
}

// unproven is the answer to whoever is not shown to be who he should be: the reason is for the log alone.
func unproven(reason string) error {
	return &requestError{status: http.StatusUnauthorized, code: "Unauthenticated", text: "the request does not prove who sent it", cause: errors.New(reason)}
}

// onlyHeader returns a header that must be given once.
func onlyHeader(h http.Header, name string) (string, error) {
	values := h.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", unproven("not one " + name + " header")
	}
	return values[0], nil
}

// checkAge refuses a time, in units since 1970, that is further than window from now, to either side.
func checkAge(text string, unit, window time.Duration, now time.Time) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return unproven("the timestamp is no time")
	}
	at := time.Unix(n, 0)
	if unit == time.Millisecond {
		at = time.UnixMilli(n)
	}
	switch age := now.Sub(at); {
	case age > window:
		return unproven("the timestamp is too old")
	case age < -window:
		return unproven("the timestamp is in the future")
	}
	return nil
}

// authenticates says whether one of the signatures is that of the parts by one of the secrets, in constant time.
func authenticates(newHash func() hash.Hash, secrets []string, signatures [][]byte, parts ...[]byte) bool {
	found := false
	for _, secret := range secrets {
		mac := hmac.New(newHash, []byte(secret))
		for _, part := range parts {
			mac.Write(part)
		}
		sum := mac.Sum(nil)
		for _, signature := range signatures {
			found = hmac.Equal(sum, signature) || found
		}
	}
	return found
}
