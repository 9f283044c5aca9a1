package fleet

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
)

func numbered(n int) (m bridge.MessageHash) {
	binary.BigEndian.PutUint32(m[:], uint32(n))
	return m
}

// Redis hangs while a message is in flight, and comes back with the claim. A process that waits for the message gets its
// outcome as soon as the sender settles another message, not when the claim ends.
func TestMissedOutcomeIsSentLater(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		sender := &api{takes: time.Second}
		a, b := bridgeOf(t, f, sender), bridgeOf(t, s.process(t, new(lines)), sender)
		first := make(chan core.Result, 1)
		go func() { first <- deliver(t, a, 1) }()
		time.Sleep(500 * time.Millisecond)
		s.set(false, true)
		if r := <-first; r.Outcome != core.Sent {
			t.Errorf("%s: %v", r.Outcome, r.Err)
		}
		s.set(false, false)
		time.Sleep(time.Second)
		began := time.Now()
		second := make(chan core.Result, 1)
		go func() { second <- deliver(t, b, 1) }()
		for n := 2; len(second) == 0; n++ {
			deliver(t, a, n)
		}
		r := <-second
		if took := time.Since(began); r.Outcome != core.Duplicate || took > 3*time.Second || sender.sent["1"] != 1 {
			t.Errorf("%s after %v, sent %d times: %v", r.Outcome, took, sender.sent["1"], r.Err)
		}
	})
}

// A debt of a message does not end a new claim of the message.
func TestDebtDoesNotEndANewClaim(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		d, other := f.Dedup(), s.process(t, log).Dedup()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		claimAnother := func() {
			if _, err := d.Claim(ctx, numbered(2), false); err != nil {
				t.Error(err)
			}
		}
		claim := func(d *bridge.Shared) bridge.Claim {
			c, err := d.Claim(ctx, numbered(1), false)
			if err != nil {
				t.Error(err)
			}
			return c
		}
		loseRelease := func() {
			s.set(true, false)
			if d.Release(ctx, numbered(1)) == nil {
				t.Error("it was released without Redis")
			}
			s.back()
		}
		claim(d)
		loseRelease()
		claim(d)
		claimAnother()
		if c := claim(other); !c.InFlight {
			t.Errorf("another process has %+v while the message is in flight", c)
		}
		loseRelease()
		claimAnother()
		if c := claim(other); c != (bridge.Claim{}) {
			t.Errorf("another process has %+v after the release", c)
		}
	})
}

// An outcome is known for the window, also if a release is owed with it.
func TestAnOwedOutcomeIsKnownForTheWindow(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		d := f.Dedup()
		s.set(true, false)
		if d.Settle(t.Context(), time.Minute, []bridge.Settled{{Message: numbered(1), Receipt: core.Receipt{MsgID: "M"}}}) == nil || d.Release(t.Context(), numbered(2)) == nil {
			t.Error("Redis is away, and answers")
		}
		s.back()
		if _, err := d.Claim(t.Context(), numbered(3), false); err != nil {
			t.Error(err)
		}
		time.Sleep(59 * time.Second)
		if c, err := s.process(t, log).Dedup().Claim(t.Context(), numbered(1), false); err != nil || c.Receipt.MsgID != "M" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// The number of debts is limited, and the latest are kept.
func TestDebtsAreBounded(t *testing.T) {
	var d debts
	for n := range maxDebts + 700 {
		d.add([]debt{{numbered(n), "d"}}, time.Minute)
	}
	if len(d.list) != 10_000 || d.list[0].message != numbered(700) {
		t.Errorf("%d debts, the first %x", len(d.list), d.list[0].message)
	}
	got, window := d.take()
	if len(got) != 500 || got[0].message != numbered(700) || len(d.list) != 9500 || window != time.Minute {
		t.Errorf("%d in one call for %v, %d left", len(got), window, len(d.list))
	}
	for len(d.list) > 0 {
		d.take()
	}
	if none, _ := d.take(); d.list != nil || none != nil {
		t.Error("the memory of what was owed is kept")
	}
}
