package core

import "context"

// InFlight returns a Sender that has at most n calls of s under way at once. The others wait, as long as their context
// lets them.
func InFlight(s Sender, n int) Sender { return inFlight{s, make(chan struct{}, n)} }

type inFlight struct {
	sender Sender
	slots  chan struct{}
}

func (f inFlight) SendMessage(ctx context.Context, topic, payload string) (Receipt, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return Receipt{}, ctx.Err()
	}
	return f.sender.SendMessage(ctx, topic, payload)
}
