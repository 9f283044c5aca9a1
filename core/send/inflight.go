package send

import (
	"context"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// InFlight returns a Sender that has at most n calls of s under way at once. The others wait, as long as their context
// lets them: then the error is of class transient, with the code ConcurrencyFull. Whoever had to wait waits for pace
// too, a Limiter's Wait, unless that is nil: the turn it had is over, and those who waited together must not call at
// once.
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
			"no call: %d others were under way until the message's time was over: the API is slow, or too few calls may be in flight", cap(f.slots))
	}
}

func (f inFlight) leave() { <-f.slots }
