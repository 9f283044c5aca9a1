package webhook

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Bodies of senders that are not authenticated yet have their own budget, separate from the places of deliveries. A
// body that arrives more slowly than the minimum rate is cut off, and if the budget is used up, the newest body
// replaces the oldest. A sender that sends its body at once is served, however many others send slowly.
const (
	maxPending      = 1024
	maxPendingBytes = 32 << 20 // limit of all of them together, at least four times the largest body

	pendingGrace   = 5 * time.Second // until the minimum rate applies
	minPendingRate = 500             // minimum rate in bytes per second, the default of Apache's mod_reqtimeout
)

// errCrowded ends a body that was replaced.
var errCrowded = errors.New("too many bodies are being read: this one was the oldest")

// pendingBodies holds the bodies that are being read.
type pendingBodies struct {
	now      func() time.Time
	maxBytes int64

	mu             sync.Mutex
	oldest, newest *pendingBody // the ends of a list in the order of arrival
	count          int
	held           int64 // by all of them
}

func newPendingBodies(maxBody int64) *pendingBodies {
	return &pendingBodies{now: time.Now, maxBytes: max(maxPendingBytes, 4*maxBody)}
}

// A pendingBody is a body that is being read within the budget.
type pendingBody struct {
	io.ReadCloser
	all   *pendingBodies
	conn  http.ResponseController
	start time.Time
	last  time.Time // the latest possible deadline
	bytes int64     // that have arrived
	held  int64     // that its reader has room for, which is the memory it takes
	cut   bool      // a newer body replaced it

	older, newer *pendingBody
	in           bool // whether it is in the list
}

// admit adds a request's body to the budget. It stays there until done is called on it or a newer body replaces it.
func (s *pendingBodies) admit(w http.ResponseWriter, r *http.Request, last time.Time) *pendingBody {
	b := &pendingBody{ReadCloser: r.Body, all: s, conn: *http.NewResponseController(w), start: s.now(), last: last}
	r.Body = b
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(b)
	b.setDeadline()
	s.makeRoom()
	return b
}

// makeRoom must be called with the lock held, as must add and remove.
func (s *pendingBodies) makeRoom() {
	for s.count > maxPending || s.held > s.maxBytes && s.count > 1 {
		b := s.oldest
		b.cut = true
		b.conn.SetReadDeadline(s.now()) // wakes the reader
		s.remove(b)
	}
}

func (s *pendingBodies) add(b *pendingBody) {
	b.in, b.older = true, s.newest
	if s.newest == nil {
		s.oldest = b
	} else {
		s.newest.newer = b
	}
	s.newest = b
	s.count++
}

func (s *pendingBodies) remove(b *pendingBody) {
	if !b.in {
		return
	}
	if b.older == nil {
		s.oldest = b.newer
	} else {
		b.older.newer = b.newer
	}
	if b.newer == nil {
		s.newest = b.older
	} else {
		b.newer.older = b.older
	}
	b.in, b.older, b.newer = false, nil, nil
	s.count--
	s.held -= b.held
}

// Read counts the bytes that arrive and extends the deadline of a body that keeps arriving. The reader keeps what it has read
// and p in one buffer.
func (b *pendingBody) Read(p []byte) (int, error) {
	if err := b.hold(int64(len(p))); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	if b.cut {
		return 0, errCrowded
	}
	b.bytes += int64(n)
	if err == nil {
		b.setDeadline() // not at the end, when the server has removed the deadline
	}
	return n, err
}

// hold counts a buffer that has room for so many bytes more.
func (b *pendingBody) hold(room int64) error {
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	if more := b.bytes + room - b.held; more > 0 && b.in {
		b.held += more
		b.all.held += more
		b.all.makeRoom()
	}
	if b.cut {
		return errCrowded
	}
	return nil
}

func (b *pendingBody) setDeadline() {
	until := b.start.Add(pendingGrace + time.Duration(b.bytes)*time.Second/minPendingRate)
	if until.After(b.last) {
		until = b.last
	}
	b.conn.SetReadDeadline(until) // without a connection, the body is in memory
}

func (b *pendingBody) done() {
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	b.all.remove(b)
}
