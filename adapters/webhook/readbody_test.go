package webhook_test

import (
	"net/http"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
)

// Other adapters read the body of a request that is not a CloudEvent in the same way as an inlet.
func TestReadBody(t *testing.T) {
	for name, c := range map[string]struct {
		body              string
		headers           []string
		want, mediaType   string
		status            int // of the error
		limited, noReader bool
	}{
		"JSON":              {body: `{"a":1}`, headers: []string{"Content-Type: application/json"}, want: `{"a":1}`, mediaType: "application/json"},
		"JSON, called text": {body: `{"a":1}`, headers: []string{"Content-Type: text/plain"}, want: `{"a":1}`, mediaType: "application/json"},
		"latin1":            {body: "caf\xe9", headers: []string{"Content-Type: text/plain; charset=iso-8859-1"}, want: "café", mediaType: "text/plain; charset=utf-8"},
		"compressed":        {body: compress("hello", "gzip"), headers: []string{"Content-Type: text/plain", "Content-Encoding: gzip"}, want: "hello", mediaType: "text/plain"},
		"nothing":           {noReader: true},
		"too large":         {body: "hello", limited: true, status: 413},
		"not its coding":    {body: "hello", headers: []string{"Content-Encoding: gzip"}, status: 400},
	} {
		r := newRequest(c.body, c.headers...)
		if c.noReader {
			r.Body = nil
		}
		if c.limited {
			r.Body = http.MaxBytesReader(nil, r.Body, 4)
		}
		body, mediaType, err := webhook.ReadBody(r)
		switch {
		case c.status != 0 && (err == nil || webhook.Status(err) != c.status || body != nil):
			t.Errorf("%s: %q, %v, want %d", name, body, err, c.status)
		case c.status == 0 && (err != nil || string(body) != c.want || mediaType != c.mediaType):
			t.Errorf("%s: %q of %q, %v", name, body, mediaType, err)
		}
	}
}

// The text of an error tells a sender what to change: to name the charset, or to send what it named.
func TestErrorsAboutCharsets(t *testing.T) {
	for mediaType, want := range map[string]string{
		"application/json":                "the body is not UTF-8 and Content-Type names no charset: send UTF-8 or name the charset",
		"application/json; charset=utf-8": `the body has bytes that are invalid in charset "utf-8"`,
		"text/plain; charset=us-ascii":    `the body has bytes that are invalid in charset "us-ascii"`,
		"text/plain; charset=klingon":     `charset "klingon" is not supported: send utf-8`,
	} {
		if _, err := webhook.Decode(newRequest("\"\xe9\"", binaryHeaders("Content-Type: "+mediaType)...)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", mediaType, err)
		}
	}
}

// A form may have ten thousand fields, and its text in UTF-8 may be as large as any body.
func TestTheSizeOfForms(t *testing.T) {
	const mediaType = "Content-Type: application/x-www-form-urlencoded"
	const latin1 = "a=%E9" // in UTF-8 a=%C3%A9, which is eight bytes
	for name, c := range map[string]struct {
		body, charset string
		maxBody       int64
		status        int
		code          string
	}{
		"ten thousand fields":  {strings.Repeat("a=1&", 9_999) + "a=1", "", 0, 204, ""},
		"a field more":         {strings.Repeat("a=1&", 10_000) + "a=1", "", 0, 413, "FormTooLarge"},
		"as large as allowed":  {latin1, "; charset=iso-8859-1", 8, 204, ""},
		"a byte more, decoded": {latin1, "; charset=iso-8859-1", 7, 413, "BodyTooLarge"},
	} {
		h := newHandler(sendAll, webhook.Options{MaxBody: c.maxBody})
		w := answerTo(h, newRequest(c.body, binaryHeaders(mediaType+c.charset)...))
		if w.Code != c.status || c.code != "" && problemOf(t, w).Code != c.code {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// Whether a request is a CloudEvent depends on its headers alone.
func TestIsCloudEvent(t *testing.T) {
	for lines, want := range map[string]bool{
		"Content-Type: application/cloudevents+json":       true,
		"Content-Type: application/cloudevents-batch+json": true,
		"ce-specversion: 1.0":                              true,
		"ce-id: 7":                                         true,
		"Content-Type: application/json":                   false,
		"Content-Type: application/cloudevents+xml":        false,
		"Ce-: 7": false,
		"":       false,
		"Content-Encoding: lzma|ce-specversion: 1.0":                                   false,
		"Content-Type: application/json|Content-Type: application/json|ce-type: twice": false,
	} {
		r := newRequest("", strings.Split(lines, "|")...)
		if got := webhook.IsCloudEvent(r.Header); got != want {
			t.Errorf("%q: %t", lines, got)
		}
	}
}
