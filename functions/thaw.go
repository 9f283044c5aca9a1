package functions

import (
	"context"
	"sync"
	"time"
)

// longestIdle is how long a connection may rest between invocations. It is less than the gateway keeps one.
const longestIdle = 25 * time.Second

// Thawed returns invoke as a runtime can call it that freezes its processes in between: connections which got old
// meanwhile are given up before anything is sent on them. Their own timers stood still, and the monotonic clock may have.
func (a *App) Thawed(invoke Invoke) Invoke {
	f := freezer{discard: a.client.CloseIdleConnections, now: time.Now}
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		f.awake()
		defer f.rest()
		return invoke(ctx, payload)
	}
}

// A freezer knows by the wall clock when a process was last seen at work.
type freezer struct {
	discard func()
	now     func() time.Time

	mu   sync.Mutex
	last time.Time
}

func (f *freezer) awake() {
	if gap := f.touch(); gap > longestIdle {
		f.discard()
	}
}

func (f *freezer) rest() { f.touch() }

// touch returns the time since the touch before.
func (f *freezer) touch() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, last := f.now().Round(0), f.last // Round takes off the monotonic clock's reading
	f.last = now
	if last.IsZero() {
		return 0
	}
	return now.Sub(last)
}
