// Package bridgetest has a shared dedup window in memory, with faults, for tests.
package bridgetest

import (
	"context"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
)

// A Store is the common dedup window of a fleet's processes. The zero value is empty and healthy.
type Store struct {
	// Before and After are called before and after each call of a function of Shared, with its name. Their error is that
	// function's error: after an error of Before the store has not changed, after an error of After only the answer is
	// lost. Nil means no faults. Set them before the first call.
	Before, After func(call string) error

	mu      sync.Mutex
	entries map[bridge.MessageHash]entry
	owners  int
	calls   map[string]int
}

type entry struct {
	owner   int // the process that sends it; 0 if it is settled
	receipt core.Receipt
	until   time.Time
}

// noDeadline is how long a claim lasts if its caller has no deadline.
const noDeadline = time.Minute

// Process returns the access of a new process of the fleet.
func (s *Store) Process() *bridge.Shared {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owners++
	me := s.owners
	return &bridge.Shared{
		Claim: func(ctx context.Context, m bridge.MessageHash, retry bool) (c bridge.Claim, err error) {
			err = s.call(ctx, "claim", func() { c = s.claim(ctx, m, retry, me) })
			return c, err
		},
		Settle: func(ctx context.Context, window time.Duration, list []bridge.Settled) error {
			return s.call(ctx, "settle", func() { s.settle(window, list) })
		},
		Release: func(ctx context.Context, m bridge.MessageHash) error {
			return s.call(ctx, "release", func() {
				if s.entries[m].owner == me {
					delete(s.entries, m)
				}
			})
		},
	}
}

// Wipe empties the store.
func (s *Store) Wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.entries)
}

// Calls returns how often a function was called.
func (s *Store) Calls(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[name]
}

func (s *Store) call(ctx context.Context, name string, do func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.Before != nil {
		if err := s.Before(name); err != nil {
			return err
		}
	}
	s.locked(name, do)
	if s.After != nil {
		return s.After(name)
	}
	return nil
}

func (s *Store) locked(name string, do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls, s.entries = make(map[string]int), make(map[bridge.MessageHash]entry)
	}
	s.calls[name]++
	do()
}

// known returns a message's entry, if it has not expired.
func (s *Store) known(m bridge.MessageHash) (entry, bool) {
	e, ok := s.entries[m]
	return e, ok && time.Now().Before(e.until)
}

func (s *Store) claim(ctx context.Context, m bridge.MessageHash, retry bool, me int) bridge.Claim {
	if e, ok := s.known(m); ok && e.owner != me && !(e.owner == 0 && e.receipt.MsgID == "" && retry) {
		return bridge.Claim{InFlight: e.owner != 0, Known: e.owner == 0, Receipt: e.receipt, Left: time.Until(e.until)}
	}
	until, ok := ctx.Deadline()
	if !ok {
		until = time.Now().Add(noDeadline)
	}
	s.entries[m] = entry{owner: me, until: until.Add(bridge.ClaimGrace)}
	return bridge.Claim{}
}

func (s *Store) settle(window time.Duration, list []bridge.Settled) {
	for _, l := range list {
		e, ok := s.known(l.Message)
		inFlight, sent := ok && e.owner != 0, ok && e.receipt.MsgID != ""
		if l.Receipt.MsgID == "" && (sent || inFlight && !l.Claimed) {
			continue
		}
		r := core.Receipt{MsgID: l.Receipt.MsgID, RequestID: l.Receipt.RequestID}
		s.entries[l.Message] = entry{receipt: r, until: time.Now().Add(window)}
	}
}
