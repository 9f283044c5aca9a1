package onstest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultsAnswerTheNextCalls(t *testing.T) {
	h := still(Options{})
	if err := h.Fail(Fault{Code: "SystemOverFlow", Times: 2}, Fault{Code: "InvalidSecurityToken.Expired"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Fail(Fault{Code: "Throttling.User", RetryAfterMS: 1500}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		status     int
		code       string
		retryAfter string
	}{{500, "SystemOverFlow", ""}, {500, "SystemOverFlow", ""}, {400, "InvalidSecurityToken.Expired", ""}, {400, "Throttling.User", "1500"}} {
		o := refused(t, h, newDraft().v3(), want.status, want.code)
		if got := o.header.Get("x-acs-retry-after"); got != want.retryAfter {
			t.Errorf("%s: x-acs-retry-after %q, want %q", want.code, got, want.retryAfter)
		}
	}
	accepted(t, h, newDraft().v3())
	if s := h.Stats(); s.Published != 1 || s.Rejected["SystemOverFlow"] != 2 || len(h.Messages()) != 1 {
		t.Errorf("stats %+v", s)
	}
}

// A call that passes the quota uses up a fault, whether or not it is signed.
func TestFaultsComeAfterTheQuota(t *testing.T) {
	c := newClocked(&Quota{Account: 1})
	if err := c.Fail(Fault{Code: "SystemOverFlow"}); err != nil {
		t.Fatal(err)
	}
	c.quota.account.pass(c.now, 1)
	if got := c.call("10.0.0.1"); got != "Throttling.User" {
		t.Errorf("over the quota: %s", got)
	}
	c.now = c.now.Add(time.Second)
	if got := c.call("10.0.0.1"); got != "SystemOverFlow" {
		t.Errorf("within the quota: %s", got)
	}
}

func TestEveryCodeOfTheTableIsAFault(t *testing.T) {
	for code, want := range vendorErrors {
		h := still(Options{})
		if err := h.Fail(Fault{Code: code}); err != nil {
			t.Fatal(err)
		}
		refused(t, h, newDraft().v3(), want.status, code)
	}
	for code, status := range map[string]int{
		"Throttling.Instance": 400, "Forbidden.Other": 403, "InvalidParameter.MqttTopic": 400, "MissingPayload": 400, "InvalidInstanceId": 400,
	} {
		h := still(Options{})
		if err := h.Fail(Fault{Code: code}); err != nil {
			t.Fatal(err)
		}
		refused(t, h, newDraft().v3(), status, code)
	}
}

func TestDenialSaysWhatIsMissing(t *testing.T) {
	for _, format := range []string{"JSON", "XML"} {
		h := still(Options{})
		_ = h.Fail(Fault{Code: "NoPermission"})
		d := newDraft()
		d.common.Set("Format", format)
		o := refused(t, h, d.v1(), 403, "NoPermission")
		if o.reply.AccessDeniedDetail == nil || o.reply.AccessDeniedDetail.AuthAction != "mq:SendMessage" {
			t.Errorf("body %s", o.body)
		}
	}
}

func TestInvalidFaults(t *testing.T) {
	h := still(Options{})
	for name, test := range map[string]struct {
		fault Fault
		want  string
	}{
		"unknown":                 {Fault{Code: "Overflow"}, `fault 1: fault code "Overflow" is not one of reset, lost-answer`},
		"names the table":         {Fault{Code: "x"}, "SystemOverFlow"},
		"empty":                   {Fault{}, `fault code ""`},
		"a family without a name": {Fault{Code: "Missing"}, `fault code "Missing"`},
		"negative":                {Fault{Code: "reset", Times: -1}, "negative"},
		"delay of nothing":        {Fault{Code: "delay"}, "delayMs"},
	} {
		if err := h.Fail(Fault{Code: "reset"}, test.fault); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if err := h.Fail(make([]Fault, 0)...); err != nil {
		t.Error(err)
	}
	many := make([]Fault, maxFaults)
	for i := range many {
		many[i].Code = "reset"
	}
	if err := h.Fail(many...); err != nil {
		t.Error(err)
	}
	if err := h.Fail(Fault{Code: "reset"}); err == nil {
		t.Error("a fault over the limit was accepted")
	}
	h.ForgetFaults()
	accepted(t, h, newDraft().v3())
}

// The faults that are not API codes have these effects on a client.
func TestFaultsOnTheWire(t *testing.T) {
	h := still(Options{})
	server := httptest.NewServer(h)
	defer server.Close()
	call := func() (*http.Response, error) {
		d := newDraft()
		d.inForm = true
		r := d.v1()
		r.URL.Scheme, r.URL.Host, r.RequestURI = "http", server.Listener.Addr().String(), ""
		return server.Client().Do(r)
	}
	for _, code := range []string{"reset", "lost-answer"} {
		_ = h.Fail(Fault{Code: code})
		if res, err := call(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: answer %v, error %v; want the connection closed", code, res, err)
		}
	}
	if s := h.Stats(); s.Published != 1 || s.Accepted != 0 || s.Rejected["reset"] != 1 || s.Rejected["lost-answer"] != 1 || len(h.Messages()) != 1 {
		t.Errorf("stats %+v, messages %v", s, h.Messages())
	}
	for code, want := range map[string]struct {
		status int
		body   string
	}{"html502": {502, "<h1>502 Bad Gateway</h1>"}, "empty503": {503, ""}} {
		_ = h.Fail(Fault{Code: code, RetryAfterMS: 20})
		res, err := call()
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != want.status || !strings.Contains(string(body), want.body) || want.body == "" && len(body) > 0 ||
			res.Header.Get("x-acs-retry-after") != "20" {
			t.Errorf("%s: status %d, header %v, body %q", code, res.StatusCode, res.Header, body)
		}
	}
}

// lost-answer does not hide the refusal of a call that is not published.
func TestLostAnswerOfACallThatIsRefused(t *testing.T) {
	h := still(Options{})
	_ = h.Fail(Fault{Code: "lost-answer"})
	d := newDraft()
	d.params.Set("Payload", "")
	refused(t, h, d.v3(), 400, "ParameterCheckFailed")
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		h := New(nil)
		_ = h.Fail(Fault{Code: "delay", DelayMS: 500}, Fault{Code: "SystemOverFlow", DelayMS: 250}, Fault{Code: "delay", DelayMS: 500})
		accepted(t, h, newDraftAt(began.UTC()).v3())
		if waited := time.Since(began); waited != 500*time.Millisecond {
			t.Errorf("waited %v, want 500ms", waited)
		}
		refused(t, h, newDraftAt(began.UTC()).v3(), 500, "SystemOverFlow")
		if waited := time.Since(began); waited != 750*time.Millisecond {
			t.Errorf("waited %v, want 750ms", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if o := send(h, newDraftAt(began.UTC()).v3().WithContext(ctx)); !o.dropped {
			t.Errorf("a caller that gave up got %d %s", o.status, o.body)
		}
		if waited := time.Since(began); waited != 850*time.Millisecond || len(h.Messages()) != 1 {
			t.Errorf("waited %v, want 850ms; %d messages", waited, len(h.Messages()))
		}
	})
}
