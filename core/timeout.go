package core

import (
	"context"
	"time"
)

// WithTimeout returns a Sender that gives s at most d for one message.
func WithTimeout(s Sender, d time.Duration) Sender { return timeout{s, d} }

type timeout struct {
	sender Sender
	limit  time.Duration
}

func (t timeout) SendMessage(ctx context.Context, topic, payload string) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	return t.sender.SendMessage(ctx, topic, payload)
}
