package credential

import (
	"context"
	"sync"

	"sendbridge/core/fault"
)

// A call is one that knows no context, and what all who wait for it wait for.
type call struct {
	done  chan struct{} // closed when the rest is set
	grant Grant
	err   error
}

// bounded lets a caller go when its ctx is done. The fetch, which does not know of that, goes on: until it is over, whoever
// comes waits for it, so that one at most is stuck.
func bounded(name string, fetch Fetch) Fetch {
	fetch = safely(name, fetch)
	var (
		mu      sync.Mutex
		current *call
	)
	join := func() *call {
		mu.Lock()
		defer mu.Unlock()
		if current != nil {
			return current
		}
		c := &call{done: make(chan struct{})}
		current = c
		go func() {
			defer close(c.done)
			c.grant, c.err = fetch(context.Background())
			mu.Lock()
			defer mu.Unlock()
			current = nil
		}()
		return c
	}
	return func(ctx context.Context) (Grant, error) {
		c := join()
		select {
		case <-c.done:
			return c.grant, c.err
		case <-ctx.Done():
			e := newFault(name, fault.CodeCredentialsLate, "it has not answered yet")
			e.Class, e.cause = fault.ClassTransient, ctx.Err()
			return Grant{}, e
		}
	}
}
