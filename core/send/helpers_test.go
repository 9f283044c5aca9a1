package send_test

import (
	"context"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// senderFunc is a Sender made of a function.
type senderFunc func(ctx context.Context, topic, payload string) (core.Receipt, error)

func (f senderFunc) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	return f(ctx, topic, payload)
}

type classed string

func (c classed) Error() string         { return "of class " + string(c) }
func (c classed) Describe() fault.Fault { return fault.Fault{Class: string(c)} }
