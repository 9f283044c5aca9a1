package onsmqtt

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sendbridge/core/fault"
)

// FuzzAnswer decodes arbitrary answers. None without a MsgId is a success, none makes an error longer than a few lines, and
// none adds a secret to it.
func FuzzAnswer(f *testing.F) {
	key := Credentials{AccessKeyID: "STS.fuzz", AccessKeySecret: "planted-secret-0123456789", SecurityToken: "planted+token/0123456789=="}
	hide := secrets{key, "cGxhbnRlZCBzaWduYXR1cmU=", "planted payload \"0123456789\""}
	for _, seed := range []string{
		receiptJSON,
		`{"Code":"Throttling.User","Message":"planted-secret-0123456789"}`,
		`{"code":"SignatureDoesNotMatch","message":"server StringToSign: POST&%2F&planted%252Btoken%252F0123456789"}`,
		`{"Code":"planted-secret-0123456789","RequestId":"planted-secret-0123456789","AccessDeniedDetail":{"AuthAction":"planted-secret-0123456789"}}`,
		`<SendMessageResponse><RequestId>R</RequestId><MsgId>M</MsgId></SendMessageResponse>`,
		`<Error><Code>NoPermission</Code><Message>cGxhbnRlZCBzaWduYXR1cmU=</Message></Error>`,
		`<html><title>planted payload &quot;0123456789&quot;</title>`,
		"<title>\x91\xff</title>", ``, `{`, `[]`, `{"MsgId":`, "\x1f\x8b", `planted%20payload%20%220123456789%22`,
	} {
		f.Add(200, "", []byte(seed))
		f.Add(400, "gzip", []byte(seed))
		f.Add(502, "text/html", []byte(seed))
	}
	now := func() time.Time { return time.Unix(0, 0) }
	f.Fuzz(func(t *testing.T, status int, header string, body []byte) {
		resp := &http.Response{
			StatusCode: status, ContentLength: -1, Body: io.NopCloser(bytes.NewReader(body)),
			Header: http.Header{"Content-Encoding": {header}, "X-Acs-Request-Id": {header}, "Retry-After": {header}, "Date": {header}},
		}
		answer, err := readAnswer(resp, nil)
		if err != nil {
			return
		}
		receipt, err := decode(resp, answer, now, hide)
		if err == nil {
			if status != 200 || strings.TrimSpace(receipt.MsgID) == "" || len(answer) > maxAnswer {
				t.Fatalf("a success: %d, %+v", status, receipt)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Code == "" || receipt != (Receipt{}) {
			t.Fatalf("%#v, %+v", err, receipt)
		}
		text := err.Error()
		if len(text) > 700 || !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r\x00") {
			t.Fatalf("%d bytes: %q", len(text), text)
		}
		for _, secret := range []string{key.AccessKeySecret, key.SecurityToken, hide.signature, hide.payload} {
			if strings.Contains(text, secret) {
				t.Fatalf("%q is in %q", secret, text)
			}
		}
		if fault.Of(e).RetryAfter < 0 || fault.Of(e).RetryAfter > longestHint || fault.Of(e).Class == "" || fault.Of(e).Retry == "" {
			t.Fatalf("%s, class %q, retry %q", fault.Of(e).RetryAfter, fault.Of(e).Class, fault.Of(e).Retry)
		}
	})
}
