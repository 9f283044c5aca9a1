package core

import (
	"context"
	"time"
)

// A Try is one attempt to send a message, for people who examine what happened.
type Try struct {
	Waited time.Duration // since the previous attempt; 0 for the first
	Took   time.Duration // from its start to its outcome
	Err    error         // nil if the API accepted the message; fault.Of returns its code
}

type triesKey struct{}

// CollectTries returns a context for sending one message. Each attempt passed to NoteTry with it is appended to tries,
// which is complete when the message's outcome is known.
func CollectTries(ctx context.Context, tries *[]Try) context.Context {
	return context.WithValue(ctx, triesKey{}, tries)
}

// NoteTry appends an attempt to the list of CollectTries. It does nothing if ctx has none.
func NoteTry(ctx context.Context, t Try) {
	if tries, ok := ctx.Value(triesKey{}).(*[]Try); ok {
		*tries = append(*tries, t)
	}
}
