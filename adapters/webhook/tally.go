package webhook

import (
	"maps"
	"sync"
)

// A Request describes the answer to one HTTP request, for counting. Its fields have few different values, whatever is
// sent.
type Request struct {
	Way    string // the ingress, such as http:/ or http:/in/github; WayProbe; or WayOther for paths that receive nothing
	Status int
	Reason string // the problem's code if nothing of the request was delivered, or else empty
}

// The ways of requests that cannot contain an event.
const (
	WayProbe = "probe"
	WayOther = "other"
)

// A Tally counts requests by their answer. The zero value is ready to use and safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	counts map[Request]int
}

// maxKinds limits the different Requests that a Tally counts. Ways come from the rules file, reasons from the code.
const maxKinds = 1000

// Observe counts a request. A nil Tally counts nothing.
func (t *Tally) Observe(r Request) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = make(map[Request]int)
	}
	if _, known := t.counts[r]; !known && len(t.counts) >= maxKinds {
		r = Request{Way: WayOther, Status: r.Status, Reason: "other"}
	}
	t.counts[r]++
}

// Snapshot returns the counts so far.
func (t *Tally) Snapshot() map[Request]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}
