// Package timelimit limits the time of a context. It starts a timer only when somebody waits for the context's end, which
// most requests never do.
package timelimit

import (
	"context"
	"sync"
	"time"
)

// A Context ends when its parent ends, or at its deadline. It is safe for concurrent use. If its parent is a Context too,
// it takes the earlier deadline of both and depends on the parent's parent, so that a wait starts one timer and not two.
type Context struct {
	parent   context.Context // never a Context
	deadline time.Time

	mu    sync.Mutex
	timed context.Context // nil until somebody waits
	stop  context.CancelFunc
}

// With returns a Context that ends after limit, or earlier with parent. Call Release when the work is done.
func With(parent context.Context, limit time.Duration) *Context {
	c := &Context{parent: parent, deadline: time.Now().Add(limit)}
	if outer, ok := parent.(*Context); ok {
		c.parent = outer.parent
	}
	if earlier, ok := parent.Deadline(); ok && earlier.Before(c.deadline) {
		c.deadline = earlier
	}
	return c
}

// Release frees the timer. After it nobody may use the Context, or one below it.
func (c *Context) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed != nil {
		c.stop()
	}
}

// Deadline implements context.Context.
func (c *Context) Deadline() (time.Time, bool) { return c.deadline, true }

// Done implements context.Context. The first call starts the timer.
func (c *Context) Done() <-chan struct{} { return c.start().Done() }

// Err implements context.Context.
func (c *Context) Err() error {
	if !c.started() && c.parent.Err() == nil && time.Now().Before(c.deadline) {
		return nil
	}
	return c.start().Err() // which stays the same from now on
}

// Value implements context.Context. The contexts of the standard library ask here for the one that they can depend on
// without a goroutine.
func (c *Context) Value(key any) any {
	if c.started() {
		return c.timed.Value(key)
	}
	return c.parent.Value(key)
}

func (c *Context) started() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.timed != nil
}

func (c *Context) start() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed == nil {
		c.timed, c.stop = context.WithDeadline(c.parent, c.deadline)
	}
	return c.timed
}
