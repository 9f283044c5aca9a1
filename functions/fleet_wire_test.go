package functions_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"
)

// A wire carries connections within the process, where time can be virtual, from any source address. It is the listener at
// its end.
type wire struct {
	dialed chan net.Conn
	closed chan struct{}
	close  func()
}

func newWire() *wire {
	w := &wire{dialed: make(chan net.Conn), closed: make(chan struct{})}
	w.close = sync.OnceFunc(func() { close(w.closed) })
	return w
}

func (w *wire) dial(ctx context.Context, source netip.AddrPort) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.dialed <- from{far, net.TCPAddrFromAddrPort(source)}:
		return near, nil
	case <-w.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.dialed:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { w.close(); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

type from struct {
	net.Conn
	source net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.source }

// A transport is like the client's own, except that it dials on the wire. Like that one, it does not repeat a request when
// a kept connection was closed.
type transport struct{ *http.Transport }

type askedKey struct{}

func (w *wire) transport(source netip.AddrPort) transport {
	return transport{&http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return w.dial(ctx, source) },
		Proxy: func(r *http.Request) (*url.URL, error) { // called again before each repetition
			asked := r.Context().Value(askedKey{}).(*bool)
			if *asked {
				return nil, errors.New("a signed request is sent once")
			}
			*asked = true
			return nil, nil
		},
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     30 * time.Second,
		WriteBufferSize:     16 << 10,
	}}
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.Transport.RoundTrip(r.WithContext(context.WithValue(r.Context(), askedKey{}, new(bool))))
}
