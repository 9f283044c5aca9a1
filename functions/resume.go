package functions

import (
	"context"
	"sync"
	"time"
)

// longestIdle is the longest time that a connection may be idle between invocations. The gateway and Redis keep idle
// connections longer.
const longestIdle = 25 * time.Second

// Resumable wraps invoke for a runtime that freezes the process between invocations. If an invocation resumes the process
// after a long pause, it first closes the idle connections, because the other end has closed them and the connections' own
// timers stood still. The monotonic clock may have stood still, too.
func (a *App) Resumable(invoke Invoke) Invoke {
	r := resumer{discard: a.discardConnections, wall: func() int64 { return time.Now().UnixNano() }}
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		r.resume()
		defer r.pause()
		return invoke(ctx, payload)
	}
}

func (a *App) discardConnections() {
	a.client.CloseIdleConnections()
	if a.fleet != nil {
		a.fleet.Reconnect()
	}
}

// A resumer records when the process last worked, by the wall clock. It stores numbers, because two values of time.Time
// would be compared by the monotonic clock.
type resumer struct {
	discard func()
	wall    func() int64 // nanoseconds since 1970

	mu   sync.Mutex
	last int64 // 0 before the first touch
}

func (r *resumer) resume() {
	if gap := r.touch(); gap > longestIdle {
		r.discard()
	}
}

func (r *resumer) pause() { r.touch() }

// touch returns the time since the previous touch.
func (r *resumer) touch() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, last := r.wall(), r.last
	r.last = now
	if last == 0 {
		return 0
	}
	return time.Duration(now - last)
}
