package fleet

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/rueidis"
)

// A server is a Redis server with faults in a bubble of virtual time.
type server struct {
	*miniredis.Miniredis

	mu   sync.Mutex
	away bool       // connections are refused, and open ones are closed
	mute bool       // connections are accepted, but nothing is answered
	open []net.Conn // the client's side
}

var errRefused = errors.New("connection refused")

func newServer(t *testing.T) *server {
	s := &server{Miniredis: miniredis.NewMiniRedis()}
	s.ClockTTL(true)
	s.RequireUserAuth("me", "hush-hush")
	t.Cleanup(func() { // runs after the processes' cleanup
		s.Close()
		time.Sleep(time.Minute) // the library frees a connection's resources later
	})
	return s
}

func (s *server) dial(context.Context, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, errRefused
	}
	var near net.Conn
	if s.mute {
		near, _ = net.Pipe()
	} else {
		var err error
		if near, err = s.Dial(); err != nil {
			return nil, err
		}
	}
	s.open = append(s.open, near)
	return near, nil
}

// set makes the server unavailable, silent, or neither. The first two close open connections.
func (s *server) set(away, mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.mute = away, mute
	for _, c := range s.open {
		c.Close()
	}
	s.open = nil
}

// back makes the server available again, and waits until idle processes know that their connections are closed. The library
// sends a ping each second, and not in the second of a request; at a whole second, the test's own request might be first.
func (s *server) back() {
	s.set(false, false)
	time.Sleep(2500 * time.Millisecond)
}

// log collects lines.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

const testURL = "redis://me:hush-hush@redis.example:6379/0"

// scene runs a test with one process of a fleet and a server, in a bubble.
func scene(t *testing.T, test func(t *testing.T, f *Fleet, s *server, log *lines)) {
	synctest.Test(t, func(t *testing.T) {
		s, log := newServer(t), new(lines)
		f := s.process(t, log)
		test(t, f, s, log)
	})
}

func (s *server) process(t *testing.T, log *lines) *Fleet {
	f, err := Open(testURL, "post-cn-x@cn-hangzhou", &Options{Dial: s.dial, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

var count = rueidis.NewLuaScript(`return redis.call('INCR', KEYS[1])`)
