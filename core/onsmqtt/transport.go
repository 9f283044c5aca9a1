package onsmqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

const (
	dialTimeout = 5 * time.Second
	// idleTimeout is shorter than the gateway's, so that connections are rarely closed during a request.
	idleTimeout = 30 * time.Second
	// writeBuffer holds a whole request of automatic placement: one write, and about one packet.
	writeBuffer = 16 << 10
)

var (
	errReplay = errors.New("stopped")
	errProxy  = errors.New("its address in the environment is not a URL")
)

// newTransport returns a transport for one endpoint. The caller's context limits the time of an answer.
func newTransport(concurrency int) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Transport{
		Proxy:                  proxyOnce(http.ProxyFromEnvironment),
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           concurrency,
		MaxIdleConnsPerHost:    concurrency,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxAnswer,
		WriteBufferSize:        writeBuffer,
		DisableCompression:     true, // a call sets Accept-Encoding itself
	}
}

// An attempt observes one signed request in net/http, which repeats a request without a body if it finds a kept connection
// closed, whatever its method. An attempt may use only one connection, because the next one must be newly signed.
type attempt struct {
	context.Context
	cancel      context.CancelFunc
	trace       httptrace.ClientTrace
	connections int
	reused      bool
}

type attemptKey struct{}

// begin returns the context for the request. end must be called after the answer was read.
func (a *attempt) begin(ctx context.Context, scheme string) context.Context {
	a.Context, a.cancel = ctx, func() {}
	if scheme == "https" { // HTTP/2 needs TLS
		a.Context, a.cancel = context.WithCancel(ctx)
	}
	a.trace.GotConn = a.gotConn
	return httptrace.WithClientTrace(a, &a.trace)
}

func (a *attempt) end() { a.cancel() }

func (a *attempt) Value(key any) any {
	if key == (attemptKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// gotConn stops the repetitions of HTTP/2, which request a connection before each write.
func (a *attempt) gotConn(info httptrace.GotConnInfo) {
	a.connections++
	if a.connections > 1 {
		a.cancel()
		return
	}
	a.reused = info.Reused
}

// proxyOnce rejects a second look-up of the proxy for an attempt. net/http looks it up before each request that it sends,
// and only there can HTTP/1 be stopped before anything was written.
func proxyOnce(find func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if a, ok := r.Context().Value(attemptKey{}).(*attempt); ok && a.connections > 0 {
			a.connections++
			return nil, errReplay
		}
		proxy, err := find(r)
		if err != nil {
			return nil, errProxy // the error shows the proxy's password
		}
		return proxy, nil
	}
}
