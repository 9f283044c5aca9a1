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

// Format takes precedence over Accept, and XML is the default.
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
			if kind, want := o.header.Get("Content-Type"), "application/"+test.want+";charset=utf-8"; kind != want {
				t.Errorf("content type %q, want %q", kind, want)
			}
			if id := o.header.Get("X-Acs-Request-Id"); id != o.reply.RequestID {
				t.Errorf("request id %q in the header, %q in the body", id, o.reply.RequestID)
			}
			if date := o.header.Get("Date"); date != "Sun, 22 Nov 2026 00:00:00 GMT" {
				t.Errorf("Date %q is not the clock's time", date)
			}
		}
		want := "https://api.aliyun.com/troubleshoot?q=SignatureNonceUsed&product=OnsMqtt&requestId=" + bad.reply.RequestID
		if string(bad.reply.Recommend) != want || good.reply.Recommend != "" {
			t.Errorf("recommend %q, want %q", bad.reply.Recommend, want)
		}
		root := map[bool]string{true: "<SendMessageResponse>", false: "<Error>"}
		if test.want == "xml" && (!strings.Contains(good.body, root[true]) || !strings.Contains(bad.body, root[false])) {
			t.Errorf("roots of %q and %q", good.body, bad.body)
		}
	}
}

// The elements of an XML answer have the gateway's order, and the link is in a CDATA section.
func TestOrderOfElements(t *testing.T) {
	d := newDraft()
	d.header.Set("X-Acs-Action", "Nothing")
	d.header.Del("Accept")
	o := refused(t, still(Options{}), d.v3(), 404, "InvalidAction.NotFound")
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error><RequestId>" + o.reply.RequestID + "</RequestId><HostId>example.com</HostId>" +
		"<Code>InvalidAction.NotFound</Code><Message>Specified api is not found, please check your url and method.</Message>" +
		"<Recommend><![CDATA[https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product=OnsMqtt&requestId=" + o.reply.RequestID + "]]></Recommend></Error>"
	if o.body != want {
		t.Errorf("body %s, want %s", o.body, want)
	}
}

// RAM names the caller who lacks a permission: a user by id, a role by its name and session.
func TestDenialsByKindOfCaller(t *testing.T) {
	h := still(Options{})
	issued, _ := assumed(t, send(h, by(plainKey, "AssumeRole", "RoleArn", Role{Name: RoleName}.ARN(), "RoleSessionName", "night-shift").v3()))
	for name, test := range map[string]struct {
		key           Key
		kind, display string
	}{
		"user":         {plainKey, "SubUser", "200000000000000001"},
		"fixed role":   {stsKey, "AssumedRoleUser", "emulator:session"},
		"assumed role": {issued, "AssumedRoleUser", "emulator:night-shift"},
	} {
		for version, sign := range map[string]func(*draft) *http.Request{"V1": (*draft).v1, "V3": (*draft).v3} {
			_ = h.Fail(Fault{Code: "Forbidden.RAM"})
			d := refused(t, h, sign(sendBy(test.key)), 403, "Forbidden.RAM").reply.AccessDeniedDetail
			if d == nil || d.AuthPrincipalType != test.kind || d.AuthPrincipalDisplayName != test.display || d.AuthPrincipalOwnerID != "1000000000000001" ||
				d.AuthAction != "mq:SendMessage" || d.NoPermissionType != "ImplicitDeny" || d.PolicyType != "AccountLevelIdentityBasedPolicy" || d.EncodedDiagnosticMessage == "" {
				t.Errorf("%s, %s: %+v", name, version, d)
			}
		}
	}
	_ = h.Change(Change{Deny: []string{RoleName}})
	if o := refused(t, h, sendBy(issued).v3(), 403, "NoPermission"); o.reply.AccessDeniedDetail.AuthPrincipalType != "AssumedRoleUser" {
		t.Error(o.body)
	}
	_ = h.Fail(Fault{Code: "NoPermission"})
	if o := refused(t, h, httptest.NewRequest("POST", "/", nil), 403, "NoPermission"); o.reply.AccessDeniedDetail.AuthPrincipalType != "SubUser" {
		t.Error(o.body)
	}
}

// A denial says which action and what type of policy lacks the permission.
func TestDenialsByAction(t *testing.T) {
	h := still(Options{Roles: []Role{{Name: "locked", Keys: []string{"nobody"}}}, Details: map[string]InstanceDetails{Instance: {Status: NoListing}}})
	list := by(plainKey, "ListInstances")
	list.header.Set("X-Acs-Version", "2020-04-20")
	for action, c := range map[string]struct {
		call   *draft
		policy string
	}{
		"sts:AssumeRole":   {by(plainKey, "AssumeRole", "RoleArn", "acs:ram::1000000000000001:role/locked", "RoleSessionName", "test"), "AssumeRolePolicy"},
		"mq:ListInstances": {list, "AccountLevelIdentityBasedPolicy"},
	} {
		d := refused(t, h, c.call.v3(), 403, "NoPermission").reply.AccessDeniedDetail
		if d == nil || d.AuthAction != action || d.PolicyType != c.policy || d.NoPermissionType != "ImplicitDeny" || d.AuthPrincipalDisplayName != "200000000000000001" {
			t.Errorf("%s: %+v", action, d)
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

func TestBodiesThatAreNotForms(t *testing.T) {
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
