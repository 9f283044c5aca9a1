package fleet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	redis "github.com/alicebob/miniredis/v2/server"
)

// The error of an invalid URL does not contain the URL.
func TestInvalidURLIsNotShown(t *testing.T) {
	for _, url := range []string{"", "hush-hush", "http://me:hush-hush@redis.example", "redis://me:hush-hush@redis.example:port",
		"redis://me:hush hush@redis.example", "redis://me:hush-hush@redis.example/zero", "redis://redis.example/0/1?password=hush-hush",
		"redis://redis.example?dial_timeout=hush", "redis://me:hush%zz@redis.example"} {
		f, err := Open(url, "x@y", nil)
		if f != nil || !errors.Is(err, ErrURL) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// A connection is given up after a second, unless the URL says another time.
func TestTimeoutsOfAConnection(t *testing.T) {
	for url, want := range map[string][2]time.Duration{
		"redis://redis.example":                                         {time.Second, time.Second},
		"redis://redis.example?dial_timeout=3s":                         {3 * time.Second, time.Second},
		"redis://redis.example?write_timeout=250ms":                     {time.Second, 250 * time.Millisecond},
		"redis://redis.example?dial_timeout=500ms&write_timeout=2500ms": {500 * time.Millisecond, 2500 * time.Millisecond},
	} {
		l, err := newLink(url, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := l.options
		if got := [2]time.Duration{o.Dialer.Timeout, o.ConnWriteTimeout}; got != want || o.Sentinel.Dialer.Timeout != want[0] {
			t.Errorf("%s: %s, and %s for a Sentinel; want %s", url, got, o.Sentinel.Dialer.Timeout, want)
		}
	}
}

// A process has one connection, whatever keys and commands it sends.
func TestAProcessHasOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		unused, err := s.Dial() // starts the server
		if err != nil {
			t.Fatal(err)
		}
		unused.Close()
		synctest.Wait() // until the server has noticed
		s.Server().SetPreHook(func(c *redis.Peer, cmd string, _ ...string) bool {
			if cmd == "CLUSTER" {
				c.WriteError("ERR This instance has cluster support disabled")
			}
			return cmd == "CLUSTER"
		})
		for scope := range 8 {
			f, err := Open(testURL, fmt.Sprint("scope", scope), &Options{Dial: s.dial})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			lease(t, f.Quota(Limits{1000, 300, "nat"}), 1, "")
			if _, err := f.Quota(Limits{1000, 300, "nat"}).Probe(t.Context()); err != nil || s.CurrentConnectionCount() != scope+1 {
				t.Errorf("%d processes have %d connections: %v", scope+1, s.CurrentConnectionCount(), err)
			}
		}
	})
}

// Open does not connect before the first request.
func TestOpenDoesNotConnect(t *testing.T) {
	for _, url := range []string{"redis://localhost", "rediss://me:secret@redis.example:6380/3", "unix:///run/redis.sock", "valkey://localhost",
		"redis://a:1?addr=b:2&addr=c:3", "redis://s1:26379?addr=s2:26379&master_set=main"} {
		dial := func(_ context.Context, address string) (net.Conn, error) {
			t.Errorf("%s: connects to %s", url, address)
			return nil, errRefused
		}
		f, err := Open(url, "x@y", &Options{Dial: dial})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		f.Close()
	}
}
