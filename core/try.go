package core

import (
	"context"
	"time"
)

// A Try is one attempt at sending a message, for people who want to see what a message went through.
type Try struct {
	Waited time.Duration // between the attempt before and this one; 0 for the first
	Took   time.Duration // from its start to its outcome
	Err    error         // nil when the API took the message; fault.Of has its code
}

type triesKey struct{}

// CollectTries returns a context for sending one message. Each attempt that is noted with it is appended to tries, which
// is complete when the message's outcome is known.
func CollectTries(ctx context.Context, tries *[]Try) context.Context {
	return context.WithValue(ctx, triesKey{}, tries)
}

// NoteTry appends an attempt to what CollectTries collects in ctx. Without such a collection it does nothing.
func NoteTry(ctx context.Context, t Try) {
	if tries, ok := ctx.Value(triesKey{}).(*[]Try); ok {
		*tries = append(*tries, t)
	}
}
