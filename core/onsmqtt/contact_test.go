package onsmqtt

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A contact needs no credentials, and the provider is not called.
func TestContact(t *testing.T) {
	now := time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	var seen *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		w.Header().Set("Date", now.Add(-time.Hour).Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	c, err := New(server.URL, "post-cn-x", func(context.Context) (Credentials, error) {
		t.Error("credentials were asked for")
		return Credentials{}, errors.New("none")
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.options.now = func() time.Time { return now }
	defer c.CloseIdleConnections()
	got, err := c.Contact(t.Context())
	if err != nil || seen == nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Authorization", "X-Acs-Action", "X-Acs-Accesskey-Id", "X-Acs-Security-Token"} {
		if seen.Header.Get(name) != "" {
			t.Errorf("it sent %s", name)
		}
	}
	if seen.Method != http.MethodGet || seen.URL.RawQuery != "" {
		t.Errorf("it sent %s %s", seen.Method, seen.URL)
	}
	if got.Skew != time.Hour || got.Remote != server.Listener.Addr().String() || got.Local == "" || got.TLS != "" || len(got.Addresses) != 0 {
		t.Errorf("%+v", got)
	}
	c.CloseIdleConnections()
	c.options.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:1")
	}
	var refused *Error
	if _, err := c.Contact(t.Context()); !errors.As(err, &refused) || refused.Code != codeConnectionRefused {
		t.Errorf("nothing listens: %v", err)
	}
}

// A contact says which version of TLS was agreed on, and none if the handshake failed.
func TestTheTLSOfAContact(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	c := newTestClient(t, server.URL, plainKey, nil)
	got, err := c.Contact(t.Context())
	if e := asError(t, err); e.Code != "TLS" || got.TLS != "" {
		t.Errorf("without trust: %v, TLS %q", err, got.TLS)
	}
	trust(c, server)
	if got, err := c.Contact(t.Context()); err != nil || got.TLS != "TLS 1.3" {
		t.Errorf("%v, TLS %q", err, got.TLS)
	}
	c.CloseIdleConnections()
}
