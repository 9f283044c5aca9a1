package fleet

import (
	"testing"
	"testing/synctest"
	"time"
)

// accidents are failures of Redis under load, temporary or at once.
var accidents = map[string]struct{ begin, end func(s *server) }{
	"killed":           {func(s *server) { s.set(true, false) }, func(s *server) { s.set(false, false) }},
	"restarted empty":  {func(s *server) { s.set(true, false); s.FlushAll() }, func(s *server) { s.set(false, false) }},
	"paused":           {func(s *server) { s.set(false, true) }, func(s *server) { s.set(false, false) }},
	"answering errors": {func(s *server) { s.SetError("OOM command not allowed when used memory > 'maxmemory'") }, func(s *server) { s.SetError("") }},
	"wiped":            {func(s *server) { s.FlushAll() }, func(*server) {}},
}

// During any failure of Redis, no second has more calls than the quota, if the processes' own limits add up to it, even if each
// process needs more. Two seconds after Redis is back, the fleet uses the whole quota again.
func TestTheQuotaIsKeptThroughAccidents(t *testing.T) {
	const begin, end, whole = 2200 * time.Millisecond, 4200 * time.Millisecond, 7200 * time.Millisecond
	for name, accident := range accidents {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t)
				c := &crowd{limits: Limits{100, 100, ""}, own: 5, demand: each(20, 10), time: whole}
				c.during = func() {
					time.Sleep(begin)
					accident.begin(s)
					time.Sleep(end - begin)
					accident.end(s)
				}
				c.run(t, s)
				if peak := c.peak(c.everyone()...); peak > 100 {
					t.Errorf("%d calls within a second", peak)
				}
				during, after := c.between(begin+time.Second, end), c.between(end+2*time.Second, whole)
				if during < 94 { // twenty at 5 less the limiter's margin
					t.Errorf("%.0f calls a second without Redis", during)
				}
				if after < 95 {
					t.Errorf("%.0f calls a second from two seconds after its return", after)
				}
			})
		})
	}
}

// Redis comes back empty, and is lost again while callers wait for the first places.
func TestTheQuotaIsKeptIfRedisIsLostAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		c := &crowd{limits: Limits{200, 150, ""}, own: 25, demand: each(8, 50), time: 9 * time.Second, wait: 9 * time.Second}
		c.during = func() {
			for range 3 {
				time.Sleep(1300 * time.Millisecond)
				accidents["restarted empty"].begin(s)
				time.Sleep(600 * time.Millisecond)
				accidents["restarted empty"].end(s)
			}
		}
		c.run(t, s)
		if peak := c.peak(c.everyone()...); peak > 200 {
			t.Errorf("%d calls within a second", peak)
		}
		if rate := c.between(8*time.Second, c.time); rate < 192 {
			t.Errorf("%.0f calls a second in the end", rate)
		}
	})
}
