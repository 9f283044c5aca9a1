package webhook

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Bodies whose senders are not proven yet have a budget of their own, apart from the places of deliveries. A body that
// comes more slowly than the least rate is cut off, and the oldest makes room for the newest: who sends his body at once
// gets through, however many trickle.
const (
	maxStrangers     = 1024
	maxStrangerBytes = 64 << 20 // of all of them together, or four times the largest body

	strangerGrace = 5 * time.Second // until the rate counts
	strangerRate  = 500             // bytes a second, as Apache's mod_reqtimeout has it
)

// errCrowded is the end of a body that had to make room.
var errCrowded = errors.New("too many bodies are being read: the oldest made room")

// strangers are the bodies that are being read.
type strangers struct {
	now      func() time.Time
	maxBytes int64

	mu             sync.Mutex
	oldest, newest *stranger // of a list of them, in the order in which they came
	count          int
	bytes          int64
}

func newStrangers(maxBody int64) *strangers {
	return &strangers{now: time.Now, maxBytes: max(maxStrangerBytes, 4*maxBody)}
}

// A stranger is a body that is read within the budget.
type stranger struct {
	io.ReadCloser
	all   *strangers
	conn  http.ResponseController
	start time.Time
	last  time.Time // the latest deadline of any
	bytes int64
	cut   bool // it had to make room

	older, newer *stranger
	in           bool // the list
}

// admit takes a request's body into the budget until done is called on it, or it is cut off to make room.
func (s *strangers) admit(w http.ResponseWriter, r *http.Request, last time.Time) *stranger {
	b := &stranger{ReadCloser: r.Body, all: s, conn: *http.NewResponseController(w), start: s.now(), last: last}
	r.Body = b
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(b)
	b.setDeadline()
	s.makeRoom()
	return b
}

// makeRoom is called with the lock held, as are add and remove.
func (s *strangers) makeRoom() {
	for s.count > maxStrangers || s.bytes > s.maxBytes && s.count > 1 {
		b := s.oldest
		b.cut = true
		b.conn.SetReadDeadline(s.now()) // wakes its reader
		s.remove(b)
	}
}

func (s *strangers) add(b *stranger) {
	b.in, b.older = true, s.newest
	if s.newest == nil {
		s.oldest = b
	} else {
		s.newest.newer = b
	}
	s.newest = b
	s.count++
}

func (s *strangers) remove(b *stranger) {
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
	s.bytes -= b.bytes
}

// Read counts what has come, and gives a body that keeps coming more time.
func (b *stranger) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	if b.cut {
		return 0, errCrowded
	}
	b.bytes += int64(n)
	b.all.bytes += int64(n)
	if err == nil {
		b.setDeadline() // not at the end: the server has taken it off then
	}
	b.all.makeRoom()
	return n, err
}

func (b *stranger) setDeadline() {
	until := b.start.Add(strangerGrace + time.Duration(b.bytes)*time.Second/strangerRate)
	if until.After(b.last) {
		until = b.last
	}
	b.conn.SetReadDeadline(until) // where there is no connection, the body is in memory
}

func (b *stranger) done() {
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	b.all.remove(b)
}
