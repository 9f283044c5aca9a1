package webhook

import (
	"maps"
	"sync"
)

// A Request says how one HTTP request was answered, for those who count. Its members have few values, whatever is sent.
type Request struct {
	Way    string // the event's ingress, such as http:/ or http:/in/github; WayProbe, or WayOther for paths where nothing is received
	Status int
	Reason string // the problem's code if nothing of the request got as far as delivery, else empty
}

// Ways of requests that cannot bring an event.
const (
	WayProbe = "probe"
	WayOther = "other"
)

// A Tally counts requests by how they were answered. The zero value is ready; it is safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	counts map[Request]int
}

// maxKinds bounds what a Tally remembers. Ways come from the rules file, reasons from the code.
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

// Snapshot returns what was counted up to now.
func (t *Tally) Snapshot() map[Request]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}
