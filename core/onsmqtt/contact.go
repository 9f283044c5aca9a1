package onsmqtt

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"
)

// A Contact is what one unsigned request showed of the network path to the endpoint.
type Contact struct {
	Addresses     []string      // addresses of the endpoint's name or of a proxy's; empty if it is an address itself
	Local, Remote string        // the ends of the connection; behind a NAT gateway the API sees another address than Local
	TLS           string        // such as "TLS 1.3"; empty for an http:// endpoint
	Resolving     time.Duration // 0 if there was no name to resolve
	Connecting    time.Duration // time from then until the connection was ready
	Date          time.Time     // the Date of the answer; zero if it has none
	Skew          time.Duration // how far this machine's clock is ahead of Date, to a second; negative if it is behind
}

// Contact sends one request without credentials on a new connection; any status counts as an answer. It counts for the
// quota. Its error is an *Error whose code says how far the request got. The Contact is valid even with an error.
func (c *Client) Contact(ctx context.Context) (Contact, error) {
	c.CloseIdleConnections()
	w := &watch{began: time.Now()}
	var a attempt
	traced := a.begin(httptrace.WithClientTrace(ctx, w.trace()), c.scheme)
	defer a.end()
	r := &http.Request{
		Method: http.MethodGet, URL: &url.URL{Scheme: c.scheme, Host: c.host, Path: "/"}, Host: c.host,
		Header: http.Header{"User-Agent": {c.options.UserAgent}, "Accept": {jsonType}}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	resp, err := c.options.Transport.RoundTrip(r.WithContext(traced))
	contact := w.result()
	if err != nil {
		return contact, c.failure(ctx, &a, err, secrets{})
	}
	defer resp.Body.Close()
	c.answered.Store(true)
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		contact.Date, contact.Skew = date, c.options.now().Sub(date).Round(time.Second)
	}
	return contact, nil
}

// A watch observes a request. Dialling may continue in its own goroutines after the request.
type watch struct {
	began time.Time

	mu      sync.Mutex
	contact Contact
}

func (w *watch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSDone: func(info httptrace.DNSDoneInfo) { w.note(func() { w.resolve(info.Addrs) }) },
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if err == nil {
				w.note(func() { w.contact.TLS = tls.VersionName(state.Version) })
			}
		},
		GotConn: func(info httptrace.GotConnInfo) { w.note(func() { w.connect(info.Conn) }) },
	}
}

func (w *watch) note(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *watch) resolve(addresses []net.IPAddr) {
	w.contact.Resolving = time.Since(w.began)
	for _, a := range addresses {
		w.contact.Addresses = append(w.contact.Addresses, a.String())
	}
}

func (w *watch) connect(c net.Conn) {
	w.contact.Local, w.contact.Remote = c.LocalAddr().String(), c.RemoteAddr().String()
	w.contact.Connecting = time.Since(w.began) - w.contact.Resolving
}

func (w *watch) result() Contact {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.contact
}
