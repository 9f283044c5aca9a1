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

// A Contact is what one request without a signature showed of the network path to the endpoint.
type Contact struct {
	Addresses     []string      // that the endpoint's name, or a proxy's, resolved to; none where it is an address
	Local, Remote string        // the ends of the connection; Local is not what the API sees behind a NAT gateway
	TLS           string        // such as "TLS 1.3"; empty where the endpoint is http://
	Resolving     time.Duration // 0 where there was no name
	Connecting    time.Duration // from then until the connection could be used
	Date          time.Time     // the answer's; zero where it has none
	Skew          time.Duration // by which this machine's clock is ahead of Date, to a second; negative when it is behind
}

// Contact sends one request that asks for nothing, with no credentials, on a new connection: any status
// will do. It counts for the quota. Its error is an *Error, and says by its code how far the request got; what Contact holds is true
// with an error too.
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

// A watch follows a request. Dialling may go on, in goroutines of its own, when the request is over.
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
