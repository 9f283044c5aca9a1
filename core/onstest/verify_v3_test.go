package onstest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRefusalsOfV3(t *testing.T) {
	for name, test := range map[string]struct {
		code   string
		mangle func(http.Header)
	}{
		"no authorization":      {"IncompleteSignature", func(h http.Header) { h.Del("Authorization") }},
		"another scheme":        {"IncompleteSignature", authorization(schemeV3, "ACS4-HMAC-SHA256")},
		"space after the comma": {"IncompleteSignature", authorization(",", ", ")},
		"no signature":          {"IncompleteSignature", authorization(",Signature=", ",")},
		"empty signature":       {"IncompleteSignature", emptySignature},
		"host not signed":       {"IncompleteSignature", authorization("=host;", "=")},
		"header not signed":     {"IncompleteSignature", func(h http.Header) { h.Set("x-acs-extra", "1") }},
		"content type added":    {"IncompleteSignature", func(h http.Header) { h.Set("Content-Type", "text/plain") }},
		"names in upper case":   {"SignatureDoesNotMatch", authorization(";x-acs-date;", ";X-Acs-Date;x-acs-date;")},
		"names out of order":    {"SignatureDoesNotMatch", authorization("host;x-acs-action", "x-acs-action;host")},
		"hash of other content": {"SignatureDoesNotMatch", func(h http.Header) { h.Set("x-acs-content-sha256", strings.Repeat("0", 64)) }},
		"second value":          {"InvalidAction.NotFound", func(h http.Header) { h.Add("x-acs-action", "SendMessage") }},
		"second token":          {"InvalidSecurityToken.Malformed", func(h http.Header) { h.Add("x-acs-security-token", "another") }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDraft()
			d.key = stsKey
			d.mangled = func(r *http.Request) { test.mangle(r.Header) }
			if o := send(still(Options{}), d.v3()); o.reply.Code != test.code {
				t.Errorf("status %d, body %s; want %s", o.status, o.body, test.code)
			}
		})
	}
}

func authorization(old, new string) func(http.Header) {
	return func(h http.Header) {
		h.Set("Authorization", strings.Replace(h.Get("Authorization"), old, new, 1))
	}
}

func emptySignature(h http.Header) {
	before, _, _ := strings.Cut(h.Get("Authorization"), ",Signature=")
	h.Set("Authorization", before+",Signature=")
}

// The signature covers the digest, so only the emulator can detect that the digest is not the body's.
func TestSignedDigestOfOtherContent(t *testing.T) {
	d := newDraft()
	d.hash = strings.Repeat("0", 64)
	refused(t, still(Options{}), d.v3(), 400, "SignatureDoesNotMatch")
}

func TestHeaderBlock(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Host = "example.com:8081"
	r.Header["X-Acs-B"] = []string{" z ", "a\t"}
	r.Header.Set("X-Acs-A", "1  2")
	const want = "host:example.com:8081\nx-acs-a:1  2\nx-acs-absent:\nx-acs-b:a,z\n"
	if got := (&call{Request: r}).headerBlock([]string{"x-acs-b", "host", "x-acs-absent", "x-acs-a"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
