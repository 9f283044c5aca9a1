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
	f := freezer{discard: a.client.CloseIdleConnections, wall: func() int64 { return time.Now().UnixNano() }}
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		f.awake()
		defer f.rest()
		return invoke(ctx, payload)
	}
}

// A freezer knows by the wall clock when a process was last seen at work. A time.Time would be compared by the other.
type freezer struct {
	discard func()
	wall    func() int64 // nanoseconds since 1970

	mu   sync.Mutex
	last int64 // 0 before the first
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
	now, last := f.wall(), f.last
	f.last = now
	if last == 0 {
		return 0
	}
	return time.Duration(now - last)
}
