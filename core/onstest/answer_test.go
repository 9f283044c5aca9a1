package onstest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

var (
	msgID     = regexp.MustCompile(`^[0-9A-F]{32}$`)
	requestID = regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$`)
)

// Format goes before Accept, and XML is the default.
func TestFormats(t *testing.T) {
	for _, test := range []struct{ format, accept, want string }{
		{"", "", "xml"},
		{"", "*/*", "xml"},
		{"", "application/json", "json"},
		{"", "Application/JSON; charset=utf-8", "json"},
		{"JSON", "", "json"},
		{"json", "text/xml", "json"},
		{"XML", "application/json", "xml"},
	} {
		d := newDraft()
		d.common.Set("Format", test.format)
		if test.format == "" {
			d.common.Del("Format")
		}
		d.mangled = func(r *http.Request) { r.Header.Set("Accept", test.accept) }
		h := still(Options{})
		good := accepted(t, h, d.v1())
		if !msgID.MatchString(good.reply.MsgID) || !requestID.MatchString(good.reply.RequestID) {
			t.Errorf("MsgId %q, RequestId %q", good.reply.MsgID, good.reply.RequestID)
		}
		bad := refused(t, h, d.v1(), 400, "SignatureNonceUsed")
		for _, o := range []outcome{good, bad} {
			if kind := o.header.Get("Content-Type"); !strings.Contains(kind, test.want) || !o.parsed {
				t.Errorf("Format %q, Accept %q: content type %q, body %q", test.format, test.accept, kind, o.body)
			}
			if date := o.header.Get("Date"); date != "Sun, 22 Nov 2026 00:00:00 GMT" {
				t.Errorf("Date %q is not that of the clock", date)
			}
		}
		root := map[bool]string{true: "<SendMessageResponse>", false: "<Error>"}
		if test.want == "xml" && (!strings.Contains(good.body, root[true]) || !strings.Contains(bad.body, root[false])) {
			t.Errorf("roots of %q and %q", good.body, bad.body)
		}
	}
}

func TestLongTargets(t *testing.T) {
	for _, limit := range []int{0, 100} {
		h := still(Options{MaxTarget: limit})
		if limit == 0 {
			limit = 8192
		}
		atLimit := httptest.NewRequest(http.MethodPost, "/?"+strings.Repeat("x", limit-2), nil)
		refused(t, h, atLimit, 400, "MissingAction")
		o := send(h, httptest.NewRequest(http.MethodPost, "/?"+strings.Repeat("x", limit-1), nil))
		if o.status != 414 || o.header.Get("Content-Type") != "text/html" || !strings.Contains(o.body, "<h1>414 Request URI Too Long</h1>") {
			t.Errorf("limit %d: status %d, body %q", limit, o.status, o.body)
		}
		if n := h.Stats().Rejected["414"]; n != 1 {
			t.Errorf("%d counted, want 1", n)
		}
	}
}

func TestLargeBodies(t *testing.T) {
	d := newDraft()
	d.inForm = true
	d.params.Set("Payload", strings.Repeat("x", maxBody))
	if o := send(still(Options{}), d.v1()); o.status != 413 || o.header.Get("Content-Type") != "text/html" {
		t.Errorf("status %d, body %q", o.status, o.body)
	}
}

func TestBodiesThatAreNoForm(t *testing.T) {
	for kind, code := range map[string]string{
		"":                 "InvalidContentType",
		"application/json": "InvalidContentType",
		"application/x-www-form-urlencoded;charset=utf-8": "",
	} {
		d := newDraft()
		d.inForm = true
		d.mangled = func(r *http.Request) { r.Header.Set("Content-Type", kind) }
		if o := send(still(Options{}), d.v1()); o.reply.Code != code {
			t.Errorf("%q: %s", kind, o.body)
		}
	}
	cutShort := httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(io.ErrUnexpectedEOF))
	refused(t, still(Options{}), cutShort, 400, "ContentLengthDoesNotMatch")
}
