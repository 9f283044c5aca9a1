package onsmqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"sendbridge/core/fault"
)

// TestFailures makes the transport fail in each way that the table lists.
func TestFailures(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := map[string]struct {
		err  error
		code string
		text string
	}{
		"refused":      {dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), "EndpointRefused", "nothing listens at the endpoint: dial tcp: connect: connection refused"},
		"reset":        {&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "ConnectionReset", "the connection was closed before an answer: read tcp: read: connection reset by peer"},
		"closed":       {io.EOF, "ConnectionReset", "the connection was closed before an answer: EOF"},
		"no such host": {dial(&net.DNSError{Err: "no such host", Name: "onsmqtt.cn-x.aliyuncs.com", IsNotFound: true}), "DNS", "the endpoint's name could not be resolved: dial tcp: lookup onsmqtt.cn-x.aliyuncs.com: no such host"},
		"dns timeout":  {dial(&net.DNSError{Err: "i/o timeout", Name: "h", IsTimeout: true}), "DNS", "the endpoint's name could not be resolved: dial tcp: lookup h: i/o timeout"},
		"timeout":      {dial(os.ErrDeadlineExceeded), "Timeout", "no answer in time: dial tcp: i/o timeout"},
		"alert":        {&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, "TLS", "no secure connection to the endpoint: remote error: tls: handshake failure"},
		"other":        {dial(syscall.EHOSTUNREACH), "Network", "no answer: dial tcp: no route to host"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{
				Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, tt.err }),
			})
			_, err := c.SendMessage(t.Context(), "t", "p")
			e := asError(t, err)
			if e.Code != tt.code || e.Message != tt.text || fault.Of(e).Class != map[bool]string{true: "unsupported", false: "transient"}[e.Code == codeEndpointRefused] || fault.Of(e).Retry != "backoff" || e.Status != 0 {
				t.Errorf("%s, class %s, retry %s", e, fault.Of(e).Class, fault.Of(e).Retry)
			}
			if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				t.Error("claims that the context is done")
			}
		})
	}
}

func TestNothingListens(t *testing.T) {
	c := newTestClient(t, "http://127.0.0.1:1", plainKey, nil)
	_, err := c.SendMessage(t.Context(), "t", "p")
	if e := asError(t, err); e.Code != codeEndpointRefused || fault.Of(e).Class != "unsupported" || fault.Of(e).Reach != fault.NoListener {
		t.Error(e)
	}
}

// An endpoint that answered once is the right one: if nothing listens there later, the address may be blocked.
func TestNothingListensAnyMore(t *testing.T) {
	refuse := false
	c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if refuse {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
		}
		return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})})
	c.SendMessage(t.Context(), "t", "p")
	refuse = true
	_, err := c.SendMessage(t.Context(), "t", "p")
	if e := asError(t, err); e.Code != codeConnectionRefused || fault.Of(e).Reach != fault.Blocked {
		t.Error(e)
	}
}

// TestFreshConnectionClosed shows what happens to a blocked address: an immediate retry would not help.
func TestFreshConnectionClosed(t *testing.T) {
	c := newTestClient(t, newGateway(t, func(int) string { return "" }).url, plainKey, nil)
	for range 3 {
		_, err := c.SendMessage(t.Context(), "t", "p")
		if e := asError(t, err); e.Code != codeConnectionReset || fault.Of(e).Retry != "backoff" {
			t.Errorf("%v, retry %s", e, fault.Of(e).Retry)
		}
	}
}

func TestUntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewServer(nil)
	defer plain.Close()
	for name, endpoint := range map[string]string{
		"unknown authority": server.URL,
		"not TLS":           strings.Replace(plain.URL, "http:", "https:", 1),
	} {
		c := newTestClient(t, endpoint, plainKey, nil)
		_, err := c.SendMessage(t.Context(), "t", "p")
		if e := asError(t, err); e.Code != codeTLS || fault.Of(e).Class != "transient" {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	server.StartTLS()
	defer server.Close()
	c := newTestClient(t, server.URL, plainKey, nil)
	c.options.Transport.(*http.Transport).TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	_, err := c.SendMessage(t.Context(), "t", "p")
	if e := asError(t, err); e.Code != codeTLS || !strings.Contains(e.Message, "version") {
		t.Error(e)
	}
}
