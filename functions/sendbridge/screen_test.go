package main

import (
	"strings"
	"testing"
	"time"
)

// A screen collects the output of a process. A test can wait for a text in it.
type screen struct {
	lockedBuffer
	wrote chan struct{} // signals a write that has not been examined
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

// shows waits until the output contains a text. Only one goroutine may call it at a time.
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
