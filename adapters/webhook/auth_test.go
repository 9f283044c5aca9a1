package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

func TestBearer(t *testing.T) {
	for _, c := range []struct {
		name    string
		tokens  []string
		headers []string
		status  int
		reason  string // in the log, never in the answer
	}{
		{"no token wanted", nil, nil, 204, ""},
		{"no token wanted, one given", nil, []string{"Authorization: Bearer a"}, 204, ""},
		{"right", []string{"one"}, []string{"Authorization: Bearer one"}, 204, ""},
		{"scheme in any case, more space", []string{"one"}, []string{"Authorization: bearer   one"}, 204, ""},
		{"the old one while rotating", []string{"old", "new"}, []string{"Authorization: Bearer old"}, 204, ""},
		{"the new one while rotating", []string{"old", "new"}, []string{"Authorization: Bearer new"}, 204, ""},
		{"none", []string{"one"}, nil, 401, "want one Authorization header"},
		{"wrong", []string{"one"}, []string{"Authorization: Bearer two"}, 401, "unknown token"},
		{"beginning of the right one", []string{"one"}, []string{"Authorization: Bearer on"}, 401, "unknown token"},
		{"more than the right one", []string{"one"}, []string{"Authorization: Bearer one1"}, 401, "unknown token"},
		{"all of them", []string{"old", "new"}, []string{"Authorization: Bearer old,new"}, 401, "unknown token"},
		{"another scheme", []string{"one"}, []string{"Authorization: Basic one"}, 401, "not Bearer"},
		{"no scheme", []string{"one"}, []string{"Authorization: one"}, 401, "not Bearer"},
		{"two", []string{"one"}, []string{"Authorization: Bearer one", "Authorization: Bearer one"}, 401, "want one"},
		{"empty token given", []string{"one"}, []string{"Authorization: Bearer"}, 401, "unknown token"},
		{"empty token configured, none given", []string{""}, nil, 401, "want one"},
		{"empty token configured, empty given", []string{""}, []string{"Authorization: Bearer"}, 401, "unknown token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			delivered := false
			h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
				delivered = true
				return sendAll(ctx, records)
			}, webhook.Options{Tokens: c.tokens, Log: slog.New(slog.NewTextHandler(&log, nil))})
			w := answerTo(h, newRequest("", binaryHeaders(c.headers...)...))
			if w.Code != c.status || delivered != (c.status == 204) {
				t.Fatalf("status %d, delivered %t", w.Code, delivered)
			}
			if c.status == 204 {
				return
			}
			if p := problemOf(t, w); p.Code != "Unauthenticated" || p.Class != "" {
				t.Errorf("%+v", p)
			}
			if !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("WWW-Authenticate %q", w.Header().Get("WWW-Authenticate"))
			}
			if !strings.Contains(log.String(), c.reason) || strings.Contains(w.Body.String(), c.reason) {
				t.Errorf("reason %q: log %s, answer %s", c.reason, &log, w.Body)
			}
		})
	}
}

// TestBearerComesFirst: a request without a valid token gets no other information, and its body is not read.
func TestBearerComesFirst(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{Tokens: []string{"one"}, AllowedOrigins: []string{"a.example"}})
	body := &endless{size: 64 << 20}
	r := newRequest("", "Content-Type: text/plain", "Origin: b.example")
	r.Body, r.ContentLength = readCloser{body}, -1
	if w := answerTo(h, r); w.Code != 401 || body.read != 0 {
		t.Errorf("status %d after %d bytes", w.Code, body.read)
	}
}

func TestAClosedHandlerRejectsEverybody(t *testing.T) {
	delivered := false
	h := webhook.New(func(context.Context, []core.Record) []core.Result { delivered = true; return nil }, &webhook.Options{Closed: true, Tokens: []string{"t"}, Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, newRequest(`{}`, "Content-Type: "+structuredType, "Authorization: Bearer t"))
	if w.Code != http.StatusForbidden || delivered || !strings.Contains(w.Body.String(), "SENDBRIDGE_AUTH") {
		t.Errorf("%d %s, delivered %v", w.Code, w.Body, delivered)
	}
}
