package onsmqtt

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
)

func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T %v, want an *Error", err, err)
	}
	return e
}

// TestDeadConnectionIsNotReplayed uses a server that closes a kept connection at every second request. Here and below, a
// bubble of virtual time: net/http keeps no connection whose request took 50 ms more to write than its answer to read.
func TestDeadConnectionIsNotReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{respond: func(n int) string {
			if n%2 == 0 {
				return ""
			}
			return raw(200, receiptJSON)
		}}
		for _, signature := range []Signature{"v3", "v3-form", "v1"} {
			c := newTestClient(t, "http://127.0.0.1:1", plainKey, &Options{Signature: signature})
			g.pipes(c)
			for range 4 {
				if _, err := c.SendMessage(t.Context(), "t", "p"); err != nil {
					t.Fatal(err)
				}
				_, err := c.SendMessage(t.Context(), "t", "p")
				e := asError(t, err)
				if e.Code != codeConnectionStale || fault.Of(e).Class != "transient" || fault.Of(e).Retry != "now" {
					t.Errorf("%s: %v, class %s, retry %s", signature, e, fault.Of(e).Class, fault.Of(e).Retry)
				}
			}
		}
		nonces := map[string]bool{}
		for _, r := range g.all() {
			_, params := placed(t, r)
			nonces[r.Header.Get("X-Acs-Signature-Nonce")+params.Get("SignatureNonce")] = true
		}
		if len(nonces) != 24 || len(g.all()) != 24 {
			t.Errorf("%d requests with %d nonces, want 24 of each", len(g.all()), len(nonces))
		}
	})
}

// mute is a connection whose writes fail on demand, with nothing written and nothing to read, like a kept connection just
// after its peer has closed it.
type mute struct {
	net.Conn
	dead *atomic.Bool
}

func (c mute) Write(b []byte) (int, error) {
	if c.dead.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(b)
}

// TestNothingWrittenIsNotReplayed covers the case in which net/http would repeat a POST: the gateway would get it late and
// uncounted.
func TestNothingWrittenIsNotReplayed(t *testing.T) {
	for _, signature := range []Signature{"v3", "v3-form", "v1"} {
		synctest.Test(t, func(t *testing.T) {
			g := &gateway{respond: ok}
			c := newTestClient(t, "http://127.0.0.1:1", plainKey, &Options{Signature: signature})
			dials := g.pipes(c)
			transport := c.options.Transport.(*http.Transport)
			dial := transport.DialContext
			var dead atomic.Bool
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dial(ctx, network, addr)
				if *dials == 1 {
					return mute{conn, &dead}, err
				}
				return conn, err
			}
			if _, err := c.SendMessage(t.Context(), "t", "p"); err != nil {
				t.Fatal(err)
			}
			dead.Store(true)
			_, err := c.SendMessage(t.Context(), "t", "p")
			if e := asError(t, err); e.Code != codeConnectionStale || fault.Of(e).Retry != "now" {
				t.Errorf("%s: %v, retry %s", signature, e, fault.Of(e).Retry)
			}
			if n := len(g.all()); n != 1 {
				t.Errorf("%s: the gateway got %d requests, want 1", signature, n)
			}
			if _, err := c.SendMessage(t.Context(), "t", "p"); err != nil {
				t.Errorf("%s: the call after: %v", signature, err)
			}
		})
	}
}

func TestConnectionIsKept(t *testing.T) {
	for name, answer := range map[string]string{
		"receipt": raw(200, receiptJSON),
		"refusal": raw(400, `{"Code":"Throttling.User"}`),
		"html":    raw(502, "<html>"),
		"chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"empty":   raw(503, ""),
	} {
		synctest.Test(t, func(t *testing.T) {
			g := &gateway{respond: func(int) string { return answer }}
			c := newTestClient(t, "http://127.0.0.1:1", plainKey, nil)
			dials := g.pipes(c)
			for range 5 {
				_, _ = c.SendMessage(t.Context(), "t", "p")
			}
			if *dials != 1 {
				t.Errorf("%s: %d connections for 5 calls", name, *dials)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	g := newGateway(t, func(int) string { return raw(307, "", "Location: /elsewhere") })
	c := newTestClient(t, g.url, plainKey, nil)
	_, err := c.SendMessage(t.Context(), "t", "p")
	if e := asError(t, err); e.Code != "HTTP307" || fault.Of(e).Class != "unknown" || len(g.all()) != 1 {
		t.Errorf("%v after %d requests", e, len(g.all()))
	}
}

func TestDeadlineBoundsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTestClient(t, "http://127.0.0.1:1", plainKey, nil)
		dials := 0
		c.options.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
			dials++
			near, far := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, far) }() // read everything, answer nothing
			return near, nil
		}
		const limit = 4 * time.Second
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := c.SendMessage(ctx, "t", "p")
		if e := asError(t, err); e.Code != codeTimeout || !errors.Is(err, context.DeadlineExceeded) || fault.Of(e).Class != "transient" {
			t.Errorf("%v, class %s", e, fault.Of(e).Class)
		}
		if took := time.Since(start); took != limit || dials != 1 {
			t.Errorf("it took %s, with %d connections", took, dials)
		}
	})
}

func TestCancelEndsTheCall(t *testing.T) {
	reached := make(chan struct{}, 1)
	host := listen(t, func(conn net.Conn) {
		reached <- struct{}{}
		_, _ = io.Copy(io.Discard, conn)
	})
	c := newTestClient(t, "http://"+host, plainKey, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	_, err := c.SendMessage(ctx, "t", "p")
	if e := asError(t, err); e.Code != codeCanceled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", e)
	}
}

// TestContextBoundsTheAnswer: the answer stops in the middle, and the context ends the wait.
func TestContextBoundsTheAnswer(t *testing.T) {
	g := newGateway(t, func(int) string { return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{" })
	ctx, cancel := context.WithCancel(t.Context())
	inner := newTransport(1)
	c := newTestClient(t, g.url, plainKey, &Options{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			defer cancel()
			return inner.RoundTrip(r)
		}),
	})
	_, err := c.SendMessage(ctx, "t", "p")
	if e := asError(t, err); e.Code != codeAnswerLost || e.Status != 200 || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", e)
	}
}
