package bridge

import (
	"context"
	"time"

	"sendbridge/core"
)

// A caller asks repeatedly for the outcome of a message that another process is sending. The first pause is shorter than
// most calls of the API.
const (
	firstPause   = 5 * time.Millisecond
	longestPause = 100 * time.Millisecond
)

// claim is once for the processes that share their dedup window. left is how long the outcome stays known. If another
// process is sending the message, claim waits as long as ctx lasts. It does not adopt another process's failure, whose
// cause may be there, but sends the message itself. It also sends if the other processes cannot be asked, although one of
// them may have sent the message, because delivery is at least once.
func (d *dedup) claim(ctx context.Context, k MessageHash, retry bool, send func() (core.Receipt, error)) (r core.Receipt, left time.Duration, known bool, err error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		c, err := d.shared.Claim(ctx, k, retry)
		switch {
		case err != nil && ctx.Err() != nil:
			d.release(ctx, k) // the claim may or may not exist
			return r, 0, false, ctx.Err()
		case err != nil || !c.Known && !c.InFlight:
			r, err = d.sendClaimed(ctx, k, send)
			return r, d.window, false, err
		case c.Known:
			return c.Receipt, c.Left, true, nil
		}
		select {
		case <-time.After(min(pause, c.Left)):
		case <-ctx.Done():
			return r, 0, false, ctx.Err()
		}
	}
}

// sendClaimed sends a claimed message and reports the outcome to the other processes. If that fails, the claim expires.
func (d *dedup) sendClaimed(ctx context.Context, k MessageHash, send func() (core.Receipt, error)) (r core.Receipt, err error) {
	taken := false // stays false if send panics
	defer func() {
		if !taken {
			d.release(ctx, k)
		}
	}()
	r, err = send()
	if taken = err == nil; taken {
		d.settle(ctx, Settled{Message: k, Receipt: r, Claimed: true})
	}
	return r, err
}

// settle and release inform the other processes. They ignore the end of ctx and errors, because the caller's outcome does
// not depend on them.
func (d *dedup) settle(ctx context.Context, list ...Settled) {
	if d.shared != nil && len(list) > 0 {
		_ = d.shared.Settle(context.WithoutCancel(ctx), d.window, list)
	}
}

func (d *dedup) release(ctx context.Context, k MessageHash) {
	_ = d.shared.Release(context.WithoutCancel(ctx), k)
}
