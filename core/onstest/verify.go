package onstest

import (
	"crypto/hmac"
	"net/http"
	"time"
)

const (
	action     = "SendMessage"
	version    = "2020-04-20"
	dateFormat = "2006-01-02T15:04:05Z"
	maxSkew    = 15 * time.Minute
)

// A claim holds the parameters that authenticate a call, whichever signature version carries them.
type claim struct {
	action, version string
	keyID, token    string
	date, nonce     string
	signature       string
	toSign          string                             // the text that is signed, or whose hash is signed
	echo            string                             // the API's message if the signature is wrong
	sign            func(secret, toSign string) string // signs toSign with a secret
}

// verify authenticates the caller of an action, or returns a refusal.
func (h *Handler) verify(c *call, action, version string, now time.Time) (Key, *refusal) {
	said, bad := h.claimOf(c, action, version, now)
	if bad != nil {
		return Key{}, bad
	}
	key, bad := h.findKey(said.keyID, said.token, now)
	if bad != nil {
		return Key{}, bad
	}
	if !hmac.Equal([]byte(said.sign(key.Secret, said.toSign)), []byte(said.signature)) {
		return Key{}, refuse("SignatureDoesNotMatch").saying(said.echo)
	}
	return key, h.useNonce(said.keyID, said.nonce, now)
}

// claimOf reads a call's claim and makes the checks that need no key.
func (h *Handler) claimOf(c *call, action, version string, now time.Time) (claim, *refusal) {
	if c.Method != http.MethodPost && c.Method != http.MethodGet {
		return claim{}, refuse("UnsupportedHTTPMethod")
	}
	if path := c.URL.EscapedPath(); path != "/" && path != "" {
		return claim{}, refuse("InvalidAction.NotFound")
	}
	said, bad := c.claim()
	if bad != nil {
		return claim{}, bad
	}
	switch {
	case said.action != action:
		return claim{}, refuse("InvalidAction.NotFound")
	case said.version != version:
		return claim{}, refuse("InvalidVersion")
	}
	date, err := time.Parse(dateFormat, said.date)
	switch {
	case err != nil:
		return claim{}, refuse("InvalidTimeStamp.Format")
	case date.Sub(now).Abs() > maxSkew:
		return claim{}, refuse("InvalidTimeStamp.Expired")
	}
	return said, nil
}

// claim reads a call with signature version 3 if it has that version's headers, or else with version 1. Alibaba's V1
// SDK also sends x-acs-action, so that header alone does not decide.
func (c *call) claim() (claim, *refusal) {
	_, v1 := c.values["Action"]
	if c.Header.Get("Authorization") != "" || !v1 && c.Header.Get("X-Acs-Action") != "" {
		return c.claimV3()
	}
	return c.claimV1()
}

// missing rejects a call without one of the required values.
func missing(required ...pair) *refusal {
	for _, p := range required {
		if p.value == "" {
			return refuse("Missing" + p.name)
		}
	}
	return nil
}
