package doctor

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"

	"sendbridge/core/fleet"
	"sendbridge/core/send"
)

const redisURL = "redis://me:hush-hush@redis.example"

// examineFleet examines a server in virtual time. before prepares the server; the first step of the report is returned.
func examineFleet(t *testing.T, before func(t *testing.T, s *miniredis.Miniredis, q *fleet.Quota) (away bool)) (s Step) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		redis, away := miniredis.NewMiniRedis(), false
		redis.RequireUserAuth("me", "hush-hush")
		f, err := fleet.Open(redisURL, "post-cn-x@cn-hangzhou", &fleet.Options{Dial: func(context.Context, string) (net.Conn, error) {
			if away {
				return nil, errors.New("connection refused")
			}
			return redis.Dial()
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer time.Sleep(time.Minute) // what a client's connections leave behind ends by itself
		defer redis.Close()
		defer f.Close()
		q := f.Quota(fleet.Limits{Account: 800, Address: 300, Name: "nat-eu"})
		away = before(t, redis, q)
		x := &examination{Process: &Process{Quota: q}}
		x.fleet(t.Context())
		s = x.report.Steps[0]
		if all := text(x.report) + string(x.report.JSON()); strings.Contains(all, "hush") {
			t.Errorf("the report shows the password: %s", all)
		}
	})
	return s
}

func TestDoctorTellsOfTheFleet(t *testing.T) {
	s := examineFleet(t, func(t *testing.T, redis *miniredis.Miniredis, q *fleet.Quota) bool {
		if _, err := q.Lease(t.Context(), send.Ask{Want: 1, Latest: time.Second}); err != nil {
			t.Error(err)
		}
		redis.SetTime(time.Now().Add(3 * time.Second))
		return false
	})
	for _, want := range []string{"runs the script in 0.0 ms", "its clock is 3s ahead", "1 processes shared", "800 calls a second of all, 300 from the address nat-eu"} {
		if s.Outcome != passed || !strings.Contains(s.Found, want) {
			t.Errorf("%+v, want %q", s, want)
		}
	}
}

// Each fault says what to do, and has the class for its urgency.
func TestDoctorFindsFaultsOfTheFleet(t *testing.T) {
	answers := func(text string) func(*testing.T, *miniredis.Miniredis, *fleet.Quota) bool {
		return func(_ *testing.T, redis *miniredis.Miniredis, _ *fleet.Quota) bool {
			redis.SetError(text)
			return false
		}
	}
	for name, tt := range map[string]struct {
		before            func(*testing.T, *miniredis.Miniredis, *fleet.Quota) bool
		class, next, text string
		code              int
	}{
		"away": {func(*testing.T, *miniredis.Miniredis, *fleet.Quota) bool { return true }, "transient", "VPC", "connection refused", 5},
		"a wrong password": {func(_ *testing.T, redis *miniredis.Miniredis, _ *fleet.Quota) bool {
			redis.RequireUserAuth("me", "another")
			return false
		}, "configuration", "user and password", "WRONGPASS", 1},
		"no rights":       {answers("NOPERM this user has no permissions to run the 'evalsha' command"), "configuration", "allow this user", "NOPERM", 1},
		"a replica":       {answers("READONLY You can't write against a read only replica."), "configuration", "the primary", "READONLY", 1},
		"full":            {answers("OOM command not allowed when used memory > 'maxmemory'."), "transient", "memory", "OOM", 5},
		"another product": {answers("ERR unknown command 'EVALSHA'"), "unsupported", "Redis 5", "unknown command", 9},
		"far away": {func(t *testing.T, redis *miniredis.Miniredis, q *fleet.Quota) bool {
			if _, err := q.Lease(t.Context(), send.Ask{}); err != nil { // connects
				t.Error(err)
			}
			// It is asked for the script, which asks it twice.
			redis.Server().SetPreHook(func(*server.Peer, string, ...string) bool { time.Sleep(20 * time.Millisecond); return false })
			return false
		}, "configuration", "in the region", "a script took 60ms", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := examineFleet(t, tt.before)
			if s.Outcome != failed || s.Class != tt.class || !strings.Contains(s.Next, tt.next) || !strings.Contains(s.Found, tt.text) {
				t.Errorf("%+v", s)
			}
			if s.Command != `redis-cli -u "$SENDBRIDGE_REDIS" ping` || s.Actor != "you" {
				t.Errorf("%s, %s", s.Command, s.Actor)
			}
			if code := (Report{Steps: []Step{s}}).ExitCode(); code != tt.code {
				t.Errorf("exit code %d", code)
			}
		})
	}
}
