package fleet

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"
)

// ErrURL is the error of a URL that the client of Redis does not take. It shows no part of it: any may hold a password.
var ErrURL = errors.New("not a URL of Redis: want redis://user:password@host:6379/0, or rediss:// for TLS; " +
	"?addr= names further nodes of a cluster, and with ?master_set= they are Sentinels")

// A Fleet is a connection to what a fleet's processes share. It is safe for concurrent use.
type Fleet struct {
	prefix string
	link   *link
	health *health
}

// Options of a Fleet. The zero value works.
type Options struct {
	Dial func(ctx context.Context, address string) (net.Conn, error) // makes connections; nil is TCP, with TLS for rediss://
	Log  *slog.Logger                                                // one line when Redis is lost and one when it is back; nil is nobody
}

// Open returns the fleet of a scope, such as an instance and its region, at a URL as the client library parses it:
// redis://, rediss:// or unix://, with user, password and number of the database, further nodes of a cluster as addr=, and
// the name of a Sentinel's master as master_set=. The error is ErrURL. Open connects to nothing: a process starts without
// Redis as fast as with it.
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

// Check says whether Open takes a URL. The error is ErrURL.
func Check(url string) error {
	_, err := newLink(url, nil)
	return err
}

// Close gives up the connection. What is asked afterwards is answered as when Redis is away.
func (f *Fleet) Close() { f.link.close() }

// key is the whole name of a key of this fleet.
func (f *Fleet) key(name string) string { return f.prefix + name }
