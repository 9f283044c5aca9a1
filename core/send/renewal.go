package send

import (
	"context"
	"sync/atomic"
)

// A renewal refreshes credentials once for all attempts that failed with the same ones, also for an attempt that fails
// after the refresh. x/sync/singleflight would refresh again for that attempt.
type renewal struct {
	refresh    func(ctx context.Context, cause error) error
	generation atomic.Uint64 // increases with each refresh, also a failed one
	turn       chan struct{} // held during a refresh
	err        error         // the result of the last refresh, guarded by turn
}

// renew returns nil if the credentials have changed since the generation. If a caller's ctx ends, the refresh continues for
// the other callers.
func (r *renewal) renew(ctx context.Context, generation uint64, cause error) error {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.generation.Load() > generation {
		return r.err
	}
	err := r.refresh(ctx, cause)
	if err == nil || ctx.Err() == nil {
		r.err = err
		r.generation.Add(1)
	}
	return err
}
