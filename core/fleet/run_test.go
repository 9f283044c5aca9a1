package fleet

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	redis "github.com/alicebob/miniredis/v2/server"
	"github.com/redis/rueidis"
)

// asks runs the counting script and returns its count, or 0 without Redis.
func asks(t *testing.T, f *Fleet) int64 {
	t.Helper()
	began := time.Now()
	m, err := f.run(t.Context(), count, []string{f.key("n")}, nil)
	if took := time.Since(began); took > 50*time.Millisecond {
		t.Errorf("a call waited %v for Redis", took)
	}
	if err != nil {
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("%v is not ErrUnavailable", err)
		}
		return 0
	}
	n, err := m.AsInt64()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func wantLines(t *testing.T, log *lines, lost, back int) {
	t.Helper()
	text := log.String()
	if n := strings.Count(text, "level=WARN"); n != lost {
		t.Errorf("%d warnings, want %d: %s", n, lost, text)
	}
	if n := strings.Count(text, "Redis is back"); n != back {
		t.Errorf("%d lines of a return, want %d: %s", n, back, text)
	}
	if strings.Contains(text, "hush") {
		t.Errorf("the log has the password: %s", text)
	}
}

func TestProcessesShareKeysOfTheirScope(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		second := s.process(t, log)
		other, err := Open(testURL, "another@cn-hangzhou", &Options{Dial: s.dial})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if a, b, c := asks(t, f), asks(t, second), asks(t, other); a != 1 || b != 2 || c != 1 {
			t.Errorf("counted %d, %d and in another scope %d", a, b, c)
		}
		if !s.Exists("sendbridge:{post-cn-x@cn-hangzhou}:n") {
			t.Errorf("keys: %v", s.Keys())
		}
		wantLines(t, log, 0, 0)
		if h := f.Health(); h != (Health{Asked: 1}) {
			t.Errorf("%+v", h)
		}
	})
}

// outages are kinds of outages: how each starts and ends.
var outages = map[string]struct{ begin, end func(s *server) }{
	"away":    {func(s *server) { s.set(true, false) }, func(s *server) { s.set(false, false) }},
	"mute":    {func(s *server) { s.set(false, true) }, func(s *server) { s.set(false, false) }},
	"full":    {func(s *server) { s.SetError("OOM command not allowed when used memory > 'maxmemory'") }, func(s *server) { s.SetError("") }},
	"loading": {func(s *server) { s.SetError("LOADING Redis is loading the dataset in memory") }, func(s *server) { s.SetError("") }},
	"replica": {func(s *server) { s.SetError("READONLY You can't write against a read only replica.") }, func(s *server) { s.SetError("") }},
}

func TestAProcessGoesOnWithoutRedisAndComesBack(t *testing.T) {
	for name, outage := range outages {
		for _, fromTheStart := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
					if !fromTheStart && asks(t, f) != 1 {
						t.Error("Redis is there, and was not asked")
					}
					outage.begin(s)
					for range 100 { // ten seconds
						if asks(t, f) != 0 {
							t.Error("Redis is away, and answered")
						}
						time.Sleep(100 * time.Millisecond)
					}
					wantLines(t, log, 1, 0)
					h := f.Health()
					if !h.Degraded || h.Lost != 1 || h.Failed < 15 || h.Failed > 21 {
						t.Errorf("ten seconds without Redis: %+v, want two failures a second", h)
					}
					outage.end(s)
					back := time.Now()
					for asks(t, f) == 0 {
						time.Sleep(10 * time.Millisecond)
					}
					if took := time.Since(back); took > 2*time.Second {
						t.Errorf("Redis was back for %v before it was asked", took)
					}
					wantLines(t, log, 1, 1)
					if h := f.Health(); h.Degraded {
						t.Errorf("%+v", h)
					}
				})
			})
		}
	}
}

// The log says why Redis was lost, for how long, and how many requests failed meanwhile.
func TestTheLogTellsOfAnOutage(t *testing.T) {
	for _, tt := range []struct{ outage, why string }{
		{"away", "connection refused"}, {"mute", "no answer within 50ms"}, {"full", "OOM command not allowed"},
	} {
		scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
			began := time.Now()
			outages[tt.outage].begin(s)
			for range 3 { // no request fails between two probes
				asks(t, f)
				asks(t, f)
				time.Sleep(600 * time.Millisecond)
			}
			outages[tt.outage].end(s)
			time.Sleep(time.Until(began.Add(3 * time.Second)))
			for asks(t, f) == 0 {
				time.Sleep(time.Second)
			}
			text := log.String()
			if !strings.Contains(text, tt.why) || !strings.Contains(text, "failures=3") {
				t.Errorf("want %q and three failures: %s", tt.why, text)
			}
		})
	}
}

// While Redis does not answer, all callers continue at once except the one that probes it.
func TestOneCallerAtATimeProbes(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		s.set(false, true)
		asks(t, f)
		time.Sleep(2 * time.Second)
		var wg sync.WaitGroup
		var mu sync.Mutex
		waited := 0
		for range 50 {
			wg.Go(func() {
				began := time.Now()
				asks(t, f)
				mu.Lock()
				defer mu.Unlock()
				if time.Since(began) > 0 {
					waited++
				}
			})
		}
		wg.Wait()
		if waited != 1 {
			t.Errorf("%d callers waited for Redis", waited)
		}
	})
}

// A caller that goes away does not count as a failure of Redis.
func TestCancelledCallerIsNoFailure(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		s.set(false, true)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := f.run(ctx, count, []string{f.key("n")}, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if _, err := f.run(ctx, count, []string{f.key("n")}, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if h := f.Health(); h.Degraded || h.Failed != 0 || h.Asked != 1 {
			t.Errorf("%+v", h)
		}
		wantLines(t, log, 0, 0)
	})
}

// A script that the server does not know, as after a restart, is sent again.
func TestARestartedServerGetsTheScriptAgain(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		asks(t, f)
		client, err := f.link.client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Do(t.Context(), client.B().ScriptFlush().Build()).Error(); err != nil {
			t.Fatal(err)
		}
		s.FlushAll()
		if n := asks(t, f); n != 1 {
			t.Errorf("counted %d", n)
		}
	})
}

func TestNothingIsNotAnError(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		m, err := f.run(t.Context(), rueidis.NewLuaScript(`return redis.call('GET', KEYS[1])`), []string{f.key("none")}, nil)
		if err != nil || !m.IsNil() {
			t.Errorf("%v, %v", m, err)
		}
	})
}

func TestAClosedFleetIsAway(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		asks(t, f)
		f.Close()
		if asks(t, f) != 0 {
			t.Error("it answers")
		}
		synctest.Wait()
	})
}

// A connection that is made before it is needed is the one that is used then. A server that hangs keeps nobody.
func TestConnectingBeforehand(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		f.Connect(t.Context())
		n := s.TotalConnectionCount()
		if asks(t, f); n == 0 || s.TotalConnectionCount() != n {
			t.Errorf("%d connections before, %d after", n, s.TotalConnectionCount())
		}
		hung := s.process(t, new(lines))
		s.set(false, true)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		began := time.Now()
		if hung.Connect(ctx); time.Since(began) != 10*time.Millisecond {
			t.Errorf("it took %v", time.Since(began))
		}
		time.Sleep(time.Minute) // the constructor's own limit
	})
}

// A process that was frozen cannot know that the server closed its connection, until it asks or makes another.
func TestReconnect(t *testing.T) {
	for name, want := range map[string]int64{"": 0, "reconnected": 2} {
		t.Run(name, func(t *testing.T) {
			scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
				f.Reconnect() // without a connection there is nothing to do
				asks(t, f)
				s.set(false, false) // closes connections
				if want > 0 {
					f.Reconnect()
				}
				if n := asks(t, f); n != want || f.Health().Degraded != (want == 0) || (log.String() == "") != (want > 0) {
					t.Errorf("counted %d, want %d: %+v, %s", n, want, f.Health(), log)
				}
			})
		})
	}
}

// Reconnect does not wait for a server that hangs, and a closed fleet stays closed.
func TestReconnectWaitsForNobody(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		s.set(false, true)
		go f.Connect(t.Context())
		synctest.Wait() // until it waits for the server
		began := time.Now()
		f.Reconnect()
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v", took)
		}
		time.Sleep(time.Minute) // the constructor's own limit
		s.set(false, false)
		if asks(t, f) != 1 {
			t.Error("no answer")
		}
		s.Server().SetPreHook(func(_ *redis.Peer, command string, _ ...string) bool { return command == "PING" }) // is not answered
		began = time.Now()
		f.Reconnect()
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v with a connection", took)
		}
		f.Close()
		if f.Reconnect(); asks(t, f) != 0 {
			t.Error("a closed fleet answers")
		}
	})
}
