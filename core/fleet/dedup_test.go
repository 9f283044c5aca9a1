package fleet

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/bridge/bridgetest"
)

// An act is one call of a process, or an event between calls.
type act struct {
	what    string
	process int
	message byte
	retry   bool
	takes   time.Duration // time until the caller's deadline, or time that passes; 0 means no deadline
}

func drawActs(rt *rapid.T) (acts []act) {
	for range rapid.IntRange(1, 40).Draw(rt, "acts") {
		acts = append(acts, act{
			what:    rapid.SampledFrom([]string{"claim", "claim", "claim", "sent", "dead-lettered", "release", "passes", "wipe"}).Draw(rt, "what"),
			process: rapid.IntRange(0, 2).Draw(rt, "process"),
			message: rapid.ByteRange(0, 2).Draw(rt, "message"),
			retry:   rapid.Bool().Draw(rt, "retry"),
			takes:   time.Duration(rapid.IntRange(0, 90).Draw(rt, "takes")) * time.Second,
		})
	}
	return acts
}

// do performs the act and returns what is known afterwards.
func (a act) do(t *testing.T, s *bridge.Shared) (bridge.Claim, error) {
	m := bridge.MessageHash{a.message}
	switch a.what {
	case "claim":
		ctx, cancel := t.Context(), func() {}
		if a.takes > 0 {
			ctx, cancel = context.WithTimeout(ctx, a.takes)
		}
		defer cancel()
		return s.Claim(ctx, m, a.retry)
	case "sent":
		r := core.Receipt{MsgID: fmt.Sprint("M", a.process), RequestID: fmt.Sprint("R", a.process), Attempts: 3}
		return bridge.Claim{}, s.Settle(t.Context(), time.Minute, []bridge.Settled{{Message: m, Receipt: r}, {Message: bridge.MessageHash{9, a.message}, Receipt: r}})
	case "dead-lettered":
		return bridge.Claim{}, s.Settle(t.Context(), time.Minute, []bridge.Settled{{Message: m, Claimed: a.retry}})
	case "release":
		return bridge.Claim{}, s.Release(t.Context(), m)
	}
	return bridge.Claim{}, nil
}

// The scripts' answers equal those of a store in memory, for any calls of the processes.
func TestScriptsAnswerLikeTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		acts := drawActs(rt)
		synctest.Test(t, func(t *testing.T) {
			s, log, model := newServer(t), new(lines), new(bridgetest.Store)
			var fleet, memory []*bridge.Shared
			for range 3 {
				fleet, memory = append(fleet, s.process(t, log).Dedup()), append(memory, model.Process())
			}
			for i, a := range acts {
				switch a.what {
				case "passes":
					time.Sleep(a.takes)
				case "wipe":
					s.FlushAll()
					model.Wipe()
				}
				got, err := a.do(t, fleet[a.process])
				want, _ := a.do(t, memory[a.process])
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Fatalf("act %d, %+v: %v %s", i, a, err, diff)
				}
			}
		})
	})
}

// Keys have the fleet's scope, expire, and reveal nothing about an event.
func TestKeysOfDedup(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		d := f.Dedup()
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		inFlight, sent := bridge.MessageHash{1}, bridge.MessageHash{2}
		if _, err := d.Claim(ctx, inFlight, false); err != nil {
			t.Error(err)
		}
		if err := d.Settle(ctx, 5*time.Minute, []bridge.Settled{{Message: sent, Receipt: core.Receipt{MsgID: "M1", RequestID: "R1"}}}); err != nil {
			t.Error(err)
		}
		keys := s.Keys()
		if len(keys) != 2 {
			t.Fatal(keys)
		}
		for i, want := range []time.Duration{9*time.Second + bridge.ClaimGrace, 5 * time.Minute} {
			if got := s.TTL(keys[i]); got != want || !strings.HasPrefix(keys[i], "sendbridge:{post-cn-x@cn-hangzhou}:m:") {
				t.Errorf("%s lasts %v, want %v", keys[i], got, want)
			}
		}
	})
}

// A message that is known for less than a millisecond is still known.
func TestAMessageIsKnownUntilTheEnd(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		const key = "sendbridge:{post-cn-x@cn-hangzhou}:m:01000000000000000000000000000000"
		if err := s.Set(key, "sM1\nR1"); err != nil {
			t.Fatal(err)
		}
		want := bridge.Claim{Known: true, Receipt: core.Receipt{MsgID: "M1", RequestID: "R1"}}
		for _, left := range []time.Duration{time.Minute, time.Millisecond, time.Millisecond / 2} {
			s.SetTTL(key, left)
			want.Left = left.Truncate(time.Millisecond)
			if c, err := f.Dedup().Claim(t.Context(), bridge.MessageHash{1}, false); err != nil || c != want {
				t.Errorf("for %s: %+v, want %+v: %v", left, c, want, err)
			}
		}
	})
}

// A value that this version did not write is ignored, and no event is acknowledged because of it.
func TestForeignValueIsIgnored(t *testing.T) {
	for _, value := range []string{"s", "s\nR1", "x", "", "M1"} {
		scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
			m := bridge.MessageHash{1}
			const key = "sendbridge:{post-cn-x@cn-hangzhou}:m:01000000000000000000000000000000"
			if err := s.Set(key, value); err != nil {
				t.Fatal(err)
			}
			s.SetTTL(key, time.Minute)
			c, err := f.Dedup().Claim(t.Context(), m, false)
			if c != (bridge.Claim{}) {
				t.Errorf("%q: %+v, %v", value, c, err)
			}
		})
	}
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		if _, err := s.Push("sendbridge:{post-cn-x@cn-hangzhou}:m:01000000000000000000000000000000", "a list"); err != nil {
			t.Fatal(err)
		}
		if c, err := f.Dedup().Claim(t.Context(), bridge.MessageHash{1}, false); c != (bridge.Claim{}) || err == nil {
			t.Errorf("a list: %+v, %v", c, err)
		}
	})
}
