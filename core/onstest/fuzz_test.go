package onstest

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
	"time"

	"sendbridge/core/onstest/awssts"
)

// FuzzHandler mutates signed calls. A caller without the secret never gets a MsgId. A caller with the secret never
// sends another message than the signed one. Every answer parses.
func FuzzHandler(f *testing.F) {
	for _, key := range []Key{plainKey, stsKey} {
		for _, inForm := range []bool{false, true} {
			for _, sign := range []func(*draft) *http.Request{(*draft).v1, (*draft).v3} {
				d := newDraft()
				d.key, d.inForm = key, inForm
				f.Add(dumped(f, sign(d)))
			}
		}
	}
	f.Add([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	f.Add([]byte("POST /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18\r\n\r\n[{\"code\":\"reset\"}]"))
	signed := newDraft().params
	f.Fuzz(func(t *testing.T, raw []byte) {
		stranger := still(Options{Keys: []Key{{ID: AccessKeyID, Secret: "unknown"}, {ID: STSKeyID, Secret: "unknown", Token: STSToken}}})
		if o := fuzzed(t, stranger, raw); o.reply.MsgID != "" || len(stranger.Messages()) > 0 {
			t.Errorf("accepted without the secret: %d %s", o.status, o.body)
		}
		owner := still(Options{})
		o := fuzzed(t, owner, raw)
		for _, m := range owner.Messages() {
			if m.Topic != signed.Get("MqttTopic") || m.Payload != signed.Get("Payload") || m.MsgID != o.reply.MsgID {
				t.Errorf("a message other than the signed one: %+v", m)
			}
		}
	})
}

// fuzzed sends one raw request and checks the properties of every answer.
func fuzzed(t *testing.T, h *Handler, raw []byte) outcome {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return outcome{}
	}
	r.RemoteAddr = "10.0.0.1:1"
	o := send(h, r)
	if strings.HasPrefix(r.URL.Path, "/_emulator/") {
		return outcome{}
	}
	html := o.header.Get("Content-Type") == "text/html" && strings.HasSuffix(o.body, "</html>\r\n")
	whole := o.parsed && o.reply.RequestID != "" && (o.status == http.StatusOK) == (o.reply.MsgID != "") && (o.status == http.StatusOK) == (o.reply.Code == "")
	if !o.dropped && !html && !whole {
		t.Errorf("status %d, header %v, body %q", o.status, o.header, o.body)
	}
	return o
}

// FuzzSTS mutates signed calls of STS and an exchange of a token. A caller without the secret, or with another's token,
// never gets credentials. Any other caller gets those of the signed role and session, or of the role that trusts the
// token. Every answer parses.
func FuzzSTS(f *testing.F) {
	role := Role{Name: RoleName}.ARN()
	for _, sign := range []func(*draft) *http.Request{(*draft).v1, (*draft).v3} {
		for _, d := range []*draft{by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test", "DurationSeconds", "900"), by(stsKey, "GetCallerIdentity")} {
			for _, inForm := range []bool{false, true} {
				d.inForm = inForm
				f.Add(dumped(f, sign(d)))
			}
		}
	}
	aws, err := sharedAWS()
	if err != nil {
		f.Fatal(err)
	}
	token := aws.Token(audience1, time.Hour)
	blank := strings.Repeat("T", len(token)) // replaces the token, which each process of the fuzzer signs with its own key
	f.Add(dumped(f, withOIDC(blank)))
	f.Add(dumped(f, onlyForm(withOIDC(blank, "Action", "AssumeRoleWithOIDC", "Format", "JSON", "Version", stsVersion))))
	f.Add(dumped(f, withOIDC("a.b.c", "RoleArn", "acs:ram::1:role/x")))
	provider := OIDCProvider{Name: "aws", Issuer: awssts.Issuer, ClientIDs: []string{audience1}, Keys: JWKS{awssts.KeyID: aws.PublicKey()}}
	trusting := []Role{{Name: oidcRole, Trust: []Trust{{Provider: "aws"}}}}
	unknown := []Key{{ID: AccessKeyID, Secret: "unknown"}, {ID: STSKeyID, Secret: "unknown", Token: STSToken}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		raw = bytes.ReplaceAll(raw, []byte(blank), []byte(token))
		stranger := still(Options{Keys: unknown, Roles: trusting, Providers: []OIDCProvider{{Name: "aws", Issuer: awssts.Issuer, ClientIDs: []string{audience1}}}})
		if o := fuzzedSTS(t, stranger, raw); o.status == http.StatusOK {
			t.Errorf("credentials without a secret or a token: %s", o.body)
		}
		o := fuzzedSTS(t, still(Options{Roles: trusting, Providers: []OIDCProvider{provider}}), raw)
		if o.status == http.StatusOK && !strings.Contains(o.body, role+"/test") && !strings.Contains(o.body, Role{Name: oidcRole}.ARN()+"/") &&
			!strings.Contains(o.body, ":assumed-role/emulator/session") {
			t.Errorf("credentials of another role or session than the signed one: %s", o.body)
		}
	})
}

// fuzzedSTS sends one raw request, if it is one of STS, and checks the properties of every answer.
func fuzzedSTS(t *testing.T, h *Handler, raw []byte) outcome {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil || strings.HasPrefix(r.URL.Path, "/_emulator/") || !ofSTS(h, raw) {
		return outcome{}
	}
	o := send(h, r)
	html := o.header.Get("Content-Type") == "text/html" && strings.HasSuffix(o.body, "</html>\r\n")
	id := o.reply.RequestID
	if !html && (!o.parsed || id == "" || o.header.Get("X-Acs-Request-Id") != id || (o.status == http.StatusOK) != (o.reply.Code == "")) {
		t.Errorf("status %d, header %v, body %q", o.status, o.header, o.body)
	}
	return o
}

// ofSTS reports whether a raw request is for STS, wherever it names the action.
func ofSTS(h *Handler, raw []byte) bool {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return false
	}
	return operationsOfSTS[h.receive(httptest.NewRecorder(), r).action] != nil
}

// dumped returns a request in wire format. Without Content-Length a server would read no body.
func dumped(f *testing.F, r *http.Request) []byte {
	if r.ContentLength > 0 {
		r.Header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	raw, err := httputil.DumpRequest(r, true)
	if err != nil {
		f.Fatal(err)
	}
	return raw
}
