package fleet

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"
)

// ErrURL is the error of a URL that the Redis client does not accept. It does not contain the URL, which may contain a
// password.
var ErrURL = errors.New("not a Redis URL: want redis://user:password@host:6379/0, or rediss:// for TLS; " +
	"?addr= names further nodes of a cluster, and with ?master_set= they are Sentinels")

// A Fleet is a connection to the shared state of a fleet's processes. It is safe for concurrent use.
type Fleet struct {
	prefix string
	link   *link
	health *health
}

// Options are the options of a Fleet. The zero value is valid.
type Options struct {
	Dial func(ctx context.Context, address string) (net.Conn, error) // makes connections; nil means TCP, with TLS for rediss://
	Log  *slog.Logger                                                // one line when Redis is lost and one when it is back; nil means no log
}

// Open returns the fleet of a scope, such as an instance and its region. The URL is parsed by the client library: redis://,
// rediss:// or unix://, with user, password and database number, further nodes of a cluster as addr=, and the name of a
// Sentinel's master as master_set=. The error is ErrURL. Open does not connect, so a process starts equally fast without
// Redis.
func Open(url, scope string, o *Options) (*Fleet, error) {
	if o == nil {
		o = &Options{}
	}
	link, err := newLink(url, o.Dial)
	if err != nil {
		return nil, err
	}
	return &Fleet{prefix: "sendbridge:{" + scope + "}:", link: link, health: newHealth(o.Log, time.Now)}, nil
}

// Check returns ErrURL if Open would not accept a URL.
func Check(url string) error {
	_, err := newLink(url, nil)
	return err
}

// Connect makes the connection before it is needed, or returns when ctx ends. The first message need not wait for it then.
func (f *Fleet) Connect(ctx context.Context) {
	done := make(chan struct{})
	go func() { // the library's constructor takes no context
		defer close(done)
		if client, err := f.link.client(ctx); err == nil {
			client.Do(ctx, client.B().Exists().Key(f.key("")).Build()) // to the node of a cluster that has the keys
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Reconnect closes the connection, and the next request makes another. It is for a process that was frozen: the server or the
// network may have closed the connection, and the first request on it would fail.
func (f *Fleet) Reconnect() { f.link.reconnect() }

// Close closes the connection. Later requests fail as if Redis were unavailable.
func (f *Fleet) Close() { f.link.close() }

// key returns the full name of a key of this fleet.
func (f *Fleet) key(name string) string { return f.prefix + name }
