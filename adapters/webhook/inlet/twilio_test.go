package inlet_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// Twilio signs the address and the fields of a form. Any other body must have its hash in the address, or it is not signed.
func TestTheBodyOfTwilio(t *testing.T) {
	hashOf := func(body string) string {
		sum := sha256.Sum256([]byte(body))
		return "bodySHA256=" + hex.EncodeToString(sum[:])
	}
	i := open(t, "{verify: twilio, secretEnv: S, url: 'https://a.example/'}", []string{"k"}, inlet.Options{})
	for name, c := range map[string]struct {
		body, query, mediaType string
		fields                 string // the signed fields of a form
		reason                 string // empty: accepted
	}{
		"JSON":                       {`{"a":1}`, hashOf(`{"a":1}`), "application/json", "", ""},
		"JSON, in capitals":          {`{"a":1}`, "bodySHA256=" + strings.ToUpper(strings.TrimPrefix(hashOf(`{"a":1}`), "bodySHA256=")), "application/json", "", ""},
		"JSON without its hash":      {`{"a":1}`, "", "application/json", "", "no bodySHA256"},
		"JSON with another's hash":   {`{"a":1}`, hashOf(`{"a":2}`), "application/json", "", "no bodySHA256"},
		"no body":                    {"", "", "", "", ""},
		"no body, with its hash":     {"", hashOf(""), "", "", ""},
		"no body, with another hash": {"", hashOf("x"), "", "", "no bodySHA256"},
		"a form":                     {"B=2&A=1&A=0&A=1", "", "application/x-www-form-urlencoded", "A0A1B2", ""},
		"a form, in another order":   {"A=1&B=2", "", "application/x-www-form-urlencoded", "B2A1", "does not match"},
		"a broken form":              {"A=%zz", "", "application/x-www-form-urlencoded", "A%zz", "not a form"},
	} {
		address := "https://a.example/"
		if c.query != "" {
			address += "?" + c.query
		}
		r := post(c.body, "Content-Type: "+c.mediaType, "X-Twilio-Signature: "+b64of(sum1("k", address+c.fields)))
		r.URL.RawQuery = c.query
		_, err := enter(i, r)
		switch cause := errors.Unwrap(err); {
		case c.reason == "" && err != nil:
			t.Errorf("%s: %v", name, cause)
		case c.reason != "" && (!isUnproven(err) || !strings.Contains(cause.Error(), c.reason)):
			t.Errorf("%s: %v", name, err)
		}
	}
}
