package functions_test

import (
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sendbridge/core/onstest"
)

// An api is the emulator with its documented quota, some network latency, and a record of its calls.
type api struct {
	*onstest.Handler
	wire   *wire
	server *http.Server

	mu        sync.Mutex
	random    *rand.Rand
	blocked   map[netip.Addr]time.Time // start of the current or last block
	blocks    []time.Time              // start of each block
	published map[string]string        // payloads by MsgId
}

// Calls take 5 to 25 ms to arrive, so calls of one second do not arrive within one second.
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
		if !answered { // the emulator panicked to close the connection
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

// dropped records a call without an answer. As no faults are injected, its address is blocked. The first such call, or the
// first after the end of a block, was the one that exceeded the quota.
func (a *api) dropped(remoteAddr string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	address := netip.MustParseAddrPort(remoteAddr).Addr()
	if since, ever := a.blocked[address]; !ever || now.Sub(since) >= onstest.DefaultQuota().Block {
		a.blocked[address] = now
		a.blocks = append(a.blocks, now)
	}
}

// remember records published messages. The emulator keeps the last 1000, which cover at least a second.
func (a *api) remember() {
	for _, m := range a.Messages() {
		a.published[m.MsgID] = m.Payload
	}
}
