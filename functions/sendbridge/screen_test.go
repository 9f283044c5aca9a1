package main

import (
	"strings"
	"testing"
	"time"
)

// A screen is what a process or a command has written. A test can wait for a text on it.
type screen struct {
	lockedBuffer
	wrote chan struct{} // has something after a write that nobody has looked at
}

func newScreen() *screen { return &screen{wrote: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	n, err := s.lockedBuffer.Write(p)
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return n, err
}

// shows waits until there is a text. It is for one goroutine at a time.
func (s *screen) shows(t *testing.T, text string) {
	t.Helper()
	patience := time.After(time.Minute)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.wrote:
		case <-patience:
			t.Fatalf("it shows %q, not %q", s.String(), text)
		}
	}
}
