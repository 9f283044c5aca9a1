package bridge

import (
	"context"
	"time"

	"sendbridge/core"
)

// A caller asks again whether a message that another process is sending has an outcome. The first pause is shorter than
// most calls of the API take.
const (
	firstPause   = 5 * time.Millisecond
	longestPause = 100 * time.Millisecond
)

// claim is once among the processes that share what they sent. left is how long the outcome is known. If another process
// is sending the message, claim waits for it as long as ctx lasts. It does not take over another process's failure, which
// may have its cause there: the message is sent here then. It is also sent if the others cannot be asked, although one of
// them may have sent it: delivery is at least once.
func (d *dedup) claim(ctx context.Context, k MessageHash, retry bool, send func() (core.Receipt, error)) (r core.Receipt, left time.Duration, known bool, err error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		c, err := d.shared.Claim(ctx, k, retry)
		switch {
		case err != nil && ctx.Err() != nil:
			d.release(ctx, k) // nobody knows whether the claim was made
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

// sendClaimed tells the others the outcome. If they cannot be reached, the claim ends by itself.
func (d *dedup) sendClaimed(ctx context.Context, k MessageHash, send func() (core.Receipt, error)) (r core.Receipt, err error) {
	taken := false // until send returns: it may panic
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

// settle and release are for the others. The caller's time may be over, and its own outcome does not depend on them.
func (d *dedup) settle(ctx context.Context, list ...Settled) {
	if d.shared != nil && len(list) > 0 {
		_ = d.shared.Settle(context.WithoutCancel(ctx), d.window, list)
	}
}

func (d *dedup) release(ctx context.Context, k MessageHash) {
	_ = d.shared.Release(context.WithoutCancel(ctx), k)
}
