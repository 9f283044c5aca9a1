// Package runtimelog makes lines of the log of what the libraries of function runtimes say on the standard log, and slows
// them down when the runtime's API is gone: they ask again at once, or end the process for it to be started again.
package runtimelog

import (
	"bytes"
	"log/slog"
	"sync"
	"time"
)

// A Writer is an output for the standard log. Its zero value lacks a log.
type Writer struct {
	Log  *slog.Logger
	Skip []byte // beginning of lines that are in the log already; nil skips none
	// Lost finds the lines that say that the runtime's API did not answer. Writing one waits, longer each time, and is
	// logged once a minute.
	Lost func(line []byte) bool
	// Gone, unless nil, says whether the API is still gone: writing a line that says so does not return before it is back.
	Gone func() bool

	sleep func(time.Duration) // nil is time.Sleep
	now   func() time.Time    // nil is time.Now

	mu     sync.Mutex
	wait   time.Duration
	last   time.Time // that a loss was written
	logged time.Time // that one was logged
	since  int       // losses since then
}

const firstWait, longestWait = 100 * time.Millisecond, 10 * time.Second

// Write logs a line.
func (w *Writer) Write(line []byte) (int, error) {
	text := bytes.TrimSpace(line)
	switch {
	case w.Skip != nil && bytes.HasPrefix(line, w.Skip):
	case w.Lost != nil && w.Lost(text):
		w.lose(string(text))
	default:
		w.Log.Error("runtime", "error", string(text))
	}
	return len(line), nil
}

// lose waits, for as long as the API is gone if there is a way to find out.
func (w *Writer) lose(text string) {
	for {
		w.pause(w.note(text))
		if w.Gone == nil || !w.Gone() {
			return
		}
	}
}

// note logs a loss if none was within the last minute, and returns how long to wait.
func (w *Writer) note(text string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.now != nil {
		now = w.now()
	}
	if now.Sub(w.last) > 2*longestWait { // it was back in between
		w.wait = firstWait
	} else {
		w.wait = min(2*w.wait, longestWait)
	}
	w.last = now
	if w.since++; w.logged.IsZero() || now.Sub(w.logged) >= time.Minute {
		w.Log.Error("the runtime's API does not answer", "error", text, "times", w.since)
		w.logged, w.since = now, 0
	}
	return w.wait
}

func (w *Writer) pause(d time.Duration) {
	if w.sleep != nil {
		w.sleep(d)
		return
	}
	time.Sleep(d)
}
