package credential

import (
	"context"

	"golang.org/x/sync/singleflight"

	"sendbridge/core/fault"
)

// bounded returns when the caller's ctx is done, although fetch ignores contexts and continues. Until fetch has returned,
// new callers wait for it and start no other one, so at most one can hang.
func bounded(name string, fetch Fetch) Fetch {
	fetch = safely(name, fetch)
	var calls singleflight.Group
	return func(ctx context.Context) (Grant, error) {
		done := calls.DoChan("", func() (any, error) { return fetch(context.Background()) })
		select {
		case r := <-done:
			return r.Val.(Grant), r.Err
		case <-ctx.Done():
			e := newFault(name, fault.CodeCredentialsLate, "no answer yet")
			e.Class, e.cause = fault.ClassTransient, ctx.Err()
			return Grant{}, e
		}
	}
}
