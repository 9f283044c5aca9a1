package onstest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Calls with both versions, both placements, both kinds of key and both methods are accepted.
func TestSignedCallsAreAccepted(t *testing.T) {
	for _, key := range []Key{plainKey, stsKey} {
		for _, inForm := range []bool{false, true} {
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				h := still(Options{})
				for _, sign := range []func(*draft) *http.Request{(*draft).v1, (*draft).v3} {
					d := newDraft()
					d.key, d.inForm, d.method = key, inForm, method
					accepted(t, h, sign(d))
				}
				if n := len(h.Messages()); n != 2 {
					t.Errorf("%s, %s, form %t: %d messages, want 2", key.ID, method, inForm, n)
				}
			}
		}
	}
}

// V1 signs the union of query and form.
func TestParametersFromQueryAndForm(t *testing.T) {
	d := newDraft()
	d.inForm = true
	r := d.v1()
	_ = r.ParseForm()
	form := r.PostForm
	query := "MqttTopic=" + form.Get("MqttTopic")
	form.Del("MqttTopic")
	split := newDraft()
	split.inForm = true
	split.target = "/?" + query
	accepted(t, still(Options{}), split.request(form))
}

// Each fault of a call gets its code with both signature versions.
func TestRefusals(t *testing.T) {
	keys := []Key{
		{ID: "inactive", Secret: "s", Status: Inactive},
		{ID: "disabled", Secret: "s", Status: Disabled},
		{ID: "STS.expired", Secret: "s", Token: "expired-token", Expires: start},
		{ID: "STS.fresh", Secret: "s", Token: "fresh-token", Expires: start.Add(time.Second)},
	}
	for _, test := range []struct {
		name   string
		status int // 0: accepted
		code   string
		spoil  func(*draft)
	}{
		{"method", 405, "UnsupportedHTTPMethod", func(d *draft) { d.method = http.MethodPut }},
		{"path", 404, "InvalidAction.NotFound", func(d *draft) { d.target = "/v1" }},
		{"action", 404, "InvalidAction.NotFound", both("Action", "X-Acs-Action", "QueryToken")},
		{"version", 404, "InvalidVersion", both("Version", "X-Acs-Version", "2019-12-11")},
		{"no action", 400, "MissingAction", both("Action", "X-Acs-Action", "")},
		{"no version", 400, "MissingVersion", both("Version", "X-Acs-Version", "")},
		{"no time", 400, "MissingTimestamp", both("Timestamp", "X-Acs-Date", "")},
		{"no nonce", 400, "MissingSignatureNonce", both("SignatureNonce", "X-Acs-Signature-Nonce", "")},
		{"no key", 400, "MissingAccessKeyId", func(d *draft) { d.key.ID = "" }},
		{"15 minutes late", 0, "", timed(-15 * time.Minute)},
		{"15 minutes early", 0, "", timed(15 * time.Minute)},
		{"too late", 400, "InvalidTimeStamp.Expired", timed(-15*time.Minute - time.Second)},
		{"too early", 400, "InvalidTimeStamp.Expired", timed(15*time.Minute + time.Second)},
		{"odd time", 400, "InvalidTimeStamp.Format", both("Timestamp", "X-Acs-Date", "2026-11-22T00:00:00+00:00")},
		{"unknown key", 404, "InvalidAccessKeyId.NotFound", func(d *draft) { d.key.ID = "nobody" }},
		{"unknown key of STS", 404, "InvalidAccessKeyId.NotFound", func(d *draft) { d.key = Key{ID: "STS.nobody", Token: "t"} }},
		{"inactive key", 400, "InvalidAccessKeyId.Inactive", func(d *draft) { d.key = keys[0] }},
		{"disabled key", 403, "Forbidden.AccessKeyDisabled", func(d *draft) { d.key = keys[1] }},
		{"wrong secret", 400, "SignatureDoesNotMatch", func(d *draft) { d.key.Secret = "guess" }},
		{"wrong secret of STS", 400, "SignatureDoesNotMatch", func(d *draft) { d.key = stsKey; d.key.Secret = "guess" }},
		{"no token", 400, "MissingSecurityToken", func(d *draft) { d.key = stsKey; d.key.Token = "" }},
		{"no token, unknown key", 400, "MissingSecurityToken", func(d *draft) { d.key = Key{ID: "STS.nobody"} }},
		{"another key's token", 400, "InvalidSecurityToken.MismatchWithAccessKey", func(d *draft) { d.key = stsKey; d.key.Token = "fresh-token" }},
		{"a token that the key does not need", 400, "InvalidSecurityToken.MismatchWithAccessKey", func(d *draft) { d.key.Token = STSToken }},
		{"an unknown token", 400, "InvalidSecurityToken.Malformed", func(d *draft) { d.key = stsKey; d.key.Token = "emulator token" }},
		{"expired token", 400, "InvalidSecurityToken.Expired", func(d *draft) { d.key = keys[2] }},
		{"token about to expire", 0, "", func(d *draft) { d.key = keys[3] }},
		{"malformed escape", 400, "InvalidParameter", func(d *draft) { d.mangled = query("Payload=%F") }},
		{"malformed escape in a name", 400, "InvalidParameter", func(d *draft) { d.mangled = query("%zz=1") }},
		{"parameter given twice", 400, "InvalidParameter", func(d *draft) { d.mangled = query("Payload=other") }},
	} {
		for version, sign := range map[string]func(*draft) *http.Request{"V1": (*draft).v1, "V3": (*draft).v3} {
			t.Run(version+" "+test.name, func(t *testing.T) {
				h := still(Options{Keys: keys})
				d := newDraft()
				test.spoil(d)
				if test.status == 0 {
					accepted(t, h, sign(d))
					return
				}
				refused(t, h, sign(d), test.status, test.code)
				if n := h.Stats().Rejected[test.code]; n != 1 || len(h.Messages()) != 0 {
					t.Errorf("%d counted, %d messages; want 1 and none", n, len(h.Messages()))
				}
			})
		}
	}
}

// both sets, or with an empty value removes, what the two versions carry in different places.
func both(param, header, value string) func(*draft) {
	return func(d *draft) {
		d.common.Del(param)
		d.header.Del(header)
		if value != "" {
			d.common.Set(param, value)
			d.header.Set(header, value)
		}
	}
}

func timed(offset time.Duration) func(*draft) {
	return both("Timestamp", "X-Acs-Date", start.Add(offset).Format(dateFormat))
}

func query(more string) func(*http.Request) {
	return func(r *http.Request) { r.URL.RawQuery += "&" + more }
}

// The message about a wrong signature contains the complete string to sign, because clients compare it with their own.
func TestWrongSignatureEchoesTheStringToSign(t *testing.T) {
	d := newDraft()
	d.key.Secret, d.inForm = "wrong", true
	d.params = url.Values{"Payload": {strings.Repeat("x", 30_000) + "/é"}}
	d.common.Set("SignatureNonce", "n")
	o := refused(t, still(Options{}), d.v1(), http.StatusBadRequest, "SignatureDoesNotMatch")
	want := "Specified signature is not matched with our calculation. server string to sign is:" +
		"POST&%2F&AccessKeyId%3Demulator%26Action%3DSendMessage%26Format%3DJSON%26Payload%3D" + strings.Repeat("x", 30_000) + "%252F%25C3%25A9" +
		"%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dn%26SignatureVersion%3D1.0%26Timestamp%3D2026-11-22T00%253A00%253A00Z%26Version%3D2020-04-20"
	if o.reply.Message != want {
		t.Errorf("V1: message %q, want %q", o.reply.Message, want)
	}
	d.inForm, d.params = false, url.Values{"Payload": {"é"}}
	d.header.Set("X-Acs-Signature-Nonce", "n")
	o = refused(t, still(Options{}), d.v3(), http.StatusBadRequest, "SignatureDoesNotMatch")
	want = "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n" +
		"86846718bad00595f77405402005495378de5a41a3789b0b1b46dd2682394e65] server CanonicalRequest is [POST\n/\nPayload=%C3%A9\nhost:example.com\n" +
		"x-acs-action:SendMessage\nx-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n" +
		"x-acs-date:2026-11-22T00:00:00Z\nx-acs-signature-nonce:n\nx-acs-version:2020-04-20\n\n" +
		"host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n" +
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]"
	if o.reply.Message != want {
		t.Errorf("V3: message %q, want %q", o.reply.Message, want)
	}
}

func TestKeysCanChange(t *testing.T) {
	h := still(Options{})
	h.SetKey(Key{ID: AccessKeyID, Secret: AccessKeySecret, Status: Disabled})
	refused(t, h, newDraft().v3(), 403, "Forbidden.AccessKeyDisabled")
	h.SetKey(plainKey)
	accepted(t, h, newDraft().v3())
}
