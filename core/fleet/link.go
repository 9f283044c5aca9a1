package fleet

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/redis/rueidis"
)

const (
	dialTimeout = time.Second // of one connection, unless the URL has dial_timeout
	deadAfter   = time.Second // a connection without an answer to a ping is closed after this time, unless the URL has write_timeout
)

// A link is a Redis client that is made when it is first needed, because the library's constructor connects and fails
// without a server.
type link struct {
	options rueidis.ClientOption
	making  chan struct{} // held while the client is made
	made    rueidis.Client
	closed  bool
}

func newLink(url string, dial func(ctx context.Context, address string) (net.Conn, error)) (*link, error) {
	o, err := rueidis.ParseURL(url)
	if err != nil {
		return nil, ErrURL
	}
	o.DisableCache = true    // nothing is cached here, and some servers do not support tracking
	o.DisableRetry = true    // 50 ms are too short for another attempt
	o.PipelineMultiplex = -1 // one connection
	o.RingScaleEachConn = 8  // at most 256 commands in flight and small buffers, because a process has few and short commands
	o.ReadBufferEachConn = 16 << 10
	o.WriteBufferEachConn = 16 << 10
	o.ClientSetInfo = rueidis.DisableClientSetInfo
	if o.Dialer.Timeout == 0 {
		o.Dialer.Timeout = dialTimeout
	}
	if o.ConnWriteTimeout == 0 {
		o.ConnWriteTimeout = deadAfter
	}
	o.Sentinel.TLSConfig, o.Sentinel.Dialer = o.TLSConfig, o.Dialer
	if dial != nil {
		o.DialCtxFn = func(ctx context.Context, address string, _ *net.Dialer, _ *tls.Config) (net.Conn, error) {
			return dial(ctx, address)
		}
	}
	return &link{options: o, making: make(chan struct{}, 1)}, nil
}

// client returns the client, and makes it if there is none. One caller at a time makes it, and the others wait as long as
// their ctx allows.
func (l *link) client(ctx context.Context) (rueidis.Client, error) {
	select {
	case l.making <- struct{}{}:
		defer func() { <-l.making }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.closed {
		return nil, rueidis.ErrClosing
	}
	if l.made == nil {
		c, err := rueidis.NewClient(l.options)
		if err != nil {
			return nil, err
		}
		l.made = c
	}
	return l.made, nil
}

// reconnect closes the connection, so that the next caller makes another. It does not wait: a connection that is being made
// is new enough, and the library needs a second to close one whose server does not answer.
func (l *link) reconnect() {
	select {
	case l.making <- struct{}{}:
		defer func() { <-l.making }()
	default:
		return
	}
	if l.made != nil {
		go l.made.Close()
		l.made = nil
	}
}

func (l *link) close() {
	l.making <- struct{}{}
	defer func() { <-l.making }()
	if l.closed = true; l.made != nil {
		l.made.Close()
	}
}
