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
	// idleTimeout is shorter than the gateway's, so that connections are seldom closed under a request.
	idleTimeout = 30 * time.Second
	// writeBuffer holds a request of automatic placement whole: one write, one packet more or less.
	writeBuffer = 16 << 10
)

var (
	errReplay = errors.New("stopped")
	errProxy  = errors.New("its address in the environment is not a URL")
)

// newTransport returns a transport for one endpoint. What bounds an answer's time is the caller's context.
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
		DisableCompression:     true, // an answer has a hundred bytes
	}
}

// An attempt follows one signed request through net/http, which sends a request without a body again when it finds a
// kept connection dead, whatever its method. An attempt has one connection: the next is a new attempt, newly signed.
type attempt struct {
	context.Context
	cancel      context.CancelFunc
	trace       httptrace.ClientTrace
	connections int
	reused      bool
}

type attemptKey struct{}

// begin returns the context for the request. End must be called when its answer has been read.
func (a *attempt) begin(ctx context.Context, scheme string) context.Context {
	a.Context, a.cancel = ctx, func() {}
	if scheme == "https" { // HTTP/2 is not spoken without TLS
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

// gotConn ends HTTP/2's own repetitions, which ask for a connection each, before they write.
func (a *attempt) gotConn(info httptrace.GotConnInfo) {
	a.connections++
	if a.connections > 1 {
		a.cancel()
		return
	}
	a.reused = info.Reused
}

// proxyOnce refuses to find the proxy twice for an attempt. net/http asks before each request that it sends, and that is
// where HTTP/1 can be stopped with nothing written yet.
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
