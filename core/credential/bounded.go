package credential

import (
	"context"

	"golang.org/x/sync/singleflight"

	"sendbridge/core/fault"
)

// bounded lets a caller go when its ctx is done. The fetch, which does not know of that, goes on: until it is over, whoever
// comes waits for it, so that one at most is stuck.
func bounded(name string, fetch Fetch) Fetch {
	fetch = safely(name, fetch)
	var calls singleflight.Group
	return func(ctx context.Context) (Grant, error) {
		done := calls.DoChan("", func() (any, error) { return fetch(context.Background()) })
		select {
		case r := <-done:
			return r.Val.(Grant), r.Err
		case <-ctx.Done():
			e := newFault(name, fault.CodeCredentialsLate, "it has not answered yet")
			e.Class, e.cause = fault.ClassTransient, ctx.Err()
			return Grant{}, e
		}
	}
}
