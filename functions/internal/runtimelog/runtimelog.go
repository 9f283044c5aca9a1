// Package runtimelog converts what the libraries of function runtimes write to the standard log into log lines, and slows
// the libraries down while the runtime's API is unavailable: they would poll it in a busy loop, or end the process so that
// it is restarted.
package runtimelog

import (
	"bytes"
	"log/slog"
	"sync"
	"time"
)

// A Writer is an output for the standard log. Its field Log is required.
type Writer struct {
	Log  *slog.Logger
	Skip []byte // prefix of lines that are already in the log; nil skips none
	// Lost matches the lines which say that the runtime's API did not answer. Writing such a line waits, longer each time,
	// and logs once a minute.
	Lost func(line []byte) bool
	// Gone, unless nil, reports whether the API is still unavailable: writing a line that Lost matches does not return
	// before the API is available again.
	Gone func() bool

	sleep func(time.Duration) // nil means time.Sleep
	now   func() time.Time    // nil means time.Now

	mu     sync.Mutex
	wait   time.Duration
	last   time.Time // time of the last lost line
	logged time.Time // time at which one was last logged
	since  int       // lost lines since then
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

// lose waits until the API is available again, if there is a way to find out.
func (w *Writer) lose(text string) {
	for {
		w.pause(w.note(text))
		if w.Gone == nil || !w.Gone() {
			return
		}
	}
}

// note logs a loss unless one was logged within the last minute, and returns how long to wait.
func (w *Writer) note(text string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.now != nil {
		now = w.now()
	}
	if now.Sub(w.last) > 2*longestWait { // the API was available in between
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
