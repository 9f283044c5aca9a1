package functions_test

import (
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sendbridge/core/onstest"
)

// An api is the emulator with its documented quota, some way off, and a record of what it did.
type api struct {
	*onstest.Handler
	wire   *wire
	server *http.Server

	mu        sync.Mutex
	random    *rand.Rand
	blocked   map[netip.Addr]time.Time // since when, or when last
	blocks    []time.Time              // when each began
	published map[string]string        // payloads by MsgId
}

// Calls take from 5 to 25 ms to arrive, so that those of a second don't arrive in just a second.
const (
	nearest = 5 * time.Millisecond
	spread  = 20 * time.Millisecond
)

func newAPI() *api {
	a := &api{
		Handler:   onstest.New(nil),
		wire:      newWire(),
		random:    rand.New(rand.NewPCG(1, 2)),
		blocked:   map[netip.Addr]time.Time{},
		published: map[string]string{},
	}
	a.server = &http.Server{Handler: http.HandlerFunc(a.serve)}
	go a.server.Serve(a.wire)
	return a
}

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	time.Sleep(a.way())
	arrived, answered := time.Now(), false
	defer func() {
		if !answered { // but a panic, by which net/http closes the connection
			a.dropped(r.RemoteAddr, arrived)
		}
	}()
	a.ServeHTTP(w, r)
	answered = true
}

func (a *api) way() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return nearest + time.Duration(a.random.Int64N(int64(spread)))
}

// dropped notes a call that was not answered. No faults are asked for, so its address is blocked, and the first such
// call, or the first after a block has passed, was the one too many.
func (a *api) dropped(remoteAddr string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	address := netip.MustParseAddrPort(remoteAddr).Addr()
	if since, ever := a.blocked[address]; !ever || now.Sub(since) >= onstest.DefaultQuota().Block {
		a.blocked[address] = now
		a.blocks = append(a.blocks, now)
	}
}

// remember takes down what was published. The emulator keeps the last 1000 messages, those of a second at least.
func (a *api) remember() {
	for _, m := range a.Messages() {
		a.published[m.MsgID] = m.Payload
	}
}
