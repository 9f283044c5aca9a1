package fleet

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	redis "github.com/alicebob/miniredis/v2/server"

	"sendbridge/core/send"
)

// A slowConn is a connection on which everything takes some time in each direction.
type slowConn struct {
	net.Conn
	takes time.Duration
}

func (c slowConn) Write(b []byte) (int, error) {
	time.Sleep(c.takes)
	return c.Conn.Write(b)
}

func (c slowConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	time.Sleep(c.takes)
	return n, err
}

// answersInfo makes the server answer INFO.
func answersInfo(s *redis.Server, text string) {
	s.SetPreHook(func(c *redis.Peer, cmd string, args ...string) bool {
		if cmd != "INFO" {
			return false
		}
		if len(args) != 1 || args[0] != "server" {
			c.WriteError("ERR not this section")
		} else {
			c.WriteBulk(text)
		}
		return true
	})
}

// A probe says how fast Redis answers at its best, how far the clocks are apart in the middle of that answer, and how many
// processes there are.
func TestAProbeOfRedis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		for range 2 {
			lease(t, s.process(t, new(lines)).Quota(Limits{1000, 300, "nat"}), 1, "")
		}
		time.Sleep(30 * time.Second)
		f, err := Open(testURL, "post-cn-x@cn-hangzhou", &Options{Dial: func(ctx context.Context, address string) (net.Conn, error) {
			c, err := s.dial(ctx, address)
			return slowConn{c, 10 * time.Millisecond}, err
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		answersInfo(s.Server(), "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n")
		q := f.Quota(Limits{1000, 300, "nat"})
		want := Probe{Version: "redis 7.0.15", Answers: 20 * time.Millisecond, Processes: 2}
		if p, err := q.Probe(t.Context()); err != nil || p != want {
			t.Errorf("got %+v, want %+v: %v", p, want, err)
		}
		now := time.Now()
		s.SetTime(now.Add(-time.Hour)) // and it stands still
		if p, err := q.Probe(t.Context()); err != nil || p.Skew < time.Hour || p.Skew > time.Hour+time.Second {
			t.Errorf("an hour behind: %+v, %v", p, err)
		}
		s.SetTime(time.Time{})
		time.Sleep(31 * time.Second)
		if p, err := q.Probe(t.Context()); err != nil || p.Processes != 0 {
			t.Errorf("a minute after the last request: %+v, %v", p, err)
		}
	})
}

// A server that answers at once still has answered.
func TestAProbeOfAFastRedis(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		if p, err := f.Quota(Limits{1000, 300, ""}).Probe(t.Context()); err != nil || p != (Probe{Answers: 1}) {
			t.Errorf("without a version: %+v, %v", p, err)
		}
	})
}

// The error of a probe is the server's text, or the network's error. The other requests do not learn of it.
func TestAProbeThatFails(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		q := f.Quota(Limits{1000, 300, ""})
		s.set(true, false)
		if _, err := q.Probe(t.Context()); !errors.Is(err, errRefused) {
			t.Errorf("away: %v", err)
		}
		s.set(false, false)
		f.Connect(t.Context())
		for failing := range 2 { // the quota's script, then the one that asks for the time
			n := 0
			s.Server().SetPreHook(func(c *redis.Peer, cmd string, _ ...string) bool {
				if cmd != "EVALSHA" {
					return false
				}
				if n++; n <= failing {
					return false
				}
				c.WriteError("LOADING Redis is loading")
				return true
			})
			p, err := q.Probe(t.Context())
			var refused Refused
			if !errors.As(err, &refused) || refused.Code() != "LOADING" || err.Error() != "redis answers: LOADING Redis is loading" {
				t.Errorf("%+v, %v", p, err)
			}
		}
		if h := f.Health(); h != (Health{}) {
			t.Errorf("%+v", h)
		}
		wantLines(t, log, 0, 0)
	})
}

// Compatible servers report their own version and that of the Redis that they imitate.
func TestVersionIn(t *testing.T) {
	for info, want := range map[string]string{
		"# Server\r\nredis_version:7.0.15\r\n":                              "redis 7.0.15",
		"redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1": "valkey 8.0.1",
		"dragonfly_version:df-v1.2\r\nredis_version:6.2.11\r\n":             "dragonfly df-v1.2",
		"# Server\r\n": "",
		"":             "",
	} {
		if got := versionIn(info); got != want {
			t.Errorf("%q: %q, want %q", info, got, want)
		}
	}
}

// A place can be used for the 4 ms that it is for and 8 ms longer.
func TestHowLongAPlaceCanBeUsed(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		l := lease(t, begun(t, f, Limits{1000, 300, ""}), 5, "")
		if len(l.Places) != 5 {
			t.Fatalf("%+v", l)
		}
		for _, p := range l.Places {
			if lasts := p.Until - p.From; lasts != 12*time.Millisecond {
				t.Errorf("a place from %s lasts %s", p.From, lasts)
			}
		}
	})
}

// The neighbours of a process are those behind the same address. A process without a name of its address has none.
func TestNeighboursAreBehindTheSameAddress(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		named, alone := Limits{1000, 300, "nat"}, Limits{1000, 300, ""}
		var all []*Quota
		for _, l := range []Limits{named, named, named, alone, alone} {
			q := s.process(t, log).Quota(l)
			lease(t, q, 1, "")
			all = append(all, q)
		}
		for i, want := range []int{3, 3, 3, 1, 1} {
			if l, err := all[i].Lease(t.Context(), send.Ask{Want: 1, Latest: time.Second}); err != nil || l.Processes != 5 || l.Neighbours != want {
				t.Errorf("process %d: %d processes, %d neighbours, want 5 and %d: %v", i, l.Processes, l.Neighbours, want, err)
			}
		}
	})
}
