package send

import (
	"context"
	"sync/atomic"
)

// A renewal gets new credentials, once for all attempts that failed with the same ones, also for one that comes when it is
// over. x/sync/singleflight would refresh again for that one, and serves no better here than for a message in flight in the dedup window.
type renewal struct {
	refresh    func(ctx context.Context, cause error) error
	generation atomic.Uint64 // goes up with each refresh, whatever came of it
	turn       chan struct{} // held by whoever refreshes
	err        error         // of the last refresh, guarded by turn
}

// renew returns nil when the credentials have changed since the generation. A caller whose ctx ends leaves the refresh
// to those who wait with it.
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
