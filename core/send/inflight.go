package send

import (
	"context"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// InFlight returns a Sender that has at most n calls of s in flight. Other callers wait until their context ends: then the
// error is of class transient, with the code ConcurrencyFull. A caller that has waited also waits for pace, a Limiter's
// Wait, unless that is nil, so that callers that have waited together do not call at once.
func InFlight(s core.Sender, n int, pace func(context.Context) error) core.Sender {
	return inFlight{s, make(chan struct{}, n), pace}
}

type inFlight struct {
	sender core.Sender
	slots  chan struct{}
	pace   func(context.Context) error
}

func (f inFlight) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	select {
	case f.slots <- struct{}{}:
		defer f.leave()
	default:
		if err := f.wait(ctx); err != nil {
			return core.Receipt{}, err
		}
		defer f.leave()
		if f.pace != nil {
			if err := f.pace(ctx); err != nil {
				return core.Receipt{}, err
			}
		}
	}
	return f.sender.SendMessage(ctx, topic, payload)
}

func (f inFlight) wait(ctx context.Context) error {
	select {
	case f.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return notSent(fault.CodeConcurrencyFull, time.Second, ctx.Err(),
			"no call: %d other calls were in flight until the message's deadline: the API is slow, or the limit of calls in flight is too low", cap(f.slots))
	}
}

func (f inFlight) leave() { <-f.slots }
