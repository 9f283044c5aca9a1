package functions

import (
	"cmp"
	"context"
	"io"
	"time"

	"sendbridge/core/fault"
)

// deadlineMargin is reserved before a runtime's deadline, so that the answer can still be sent.
const deadlineMargin = 500 * time.Millisecond

// NewFunction builds an app as New does, with metrics that are written as a line at the end of each invocation, because a
// function cannot be scraped.
func NewFunction(c Config, rules Rules, p Parts, o *InvocationOptions) (*App, *InvocationMetrics, error) {
	metrics := NewInvocationMetrics(p.Tally, o)
	p.Timings.Wait = metrics.ObserveWait
	app, err := New(c, rules, p)
	if err != nil {
		return nil, nil, err
	}
	metrics.o.Rate, metrics.o.Breaker, metrics.o.Requests = app.Rate, app.Breaker, app.Requests
	return app, metrics, nil
}

// An Invoke answers one invocation of a function: it is a method of Lambda's Handler, and Function Compute calls it.
type Invoke func(ctx context.Context, payload []byte) ([]byte, error)

// Function wraps an adapter's Invoke for a runtime: it ends before the runtime's deadline, a panic becomes an error, and w
// receives the line of metrics before the process may be frozen.
func Function(invoke Invoke, metrics *InvocationMetrics, w io.Writer) Invoke {
	return func(ctx context.Context, payload []byte) (answer []byte, err error) {
		defer func() {
			if p := recover(); p != nil {
				answer, err = nil, fault.Panic("bug: panic in an invocation: %w", "bug: panic of type %T in an invocation", p)
			}
			w.Write(metrics.Line(ctx, time.Now()))
		}()
		if deadline, ok := ctx.Deadline(); ok {
			limited, cancel := context.WithDeadline(ctx, deadline.Add(-deadlineMargin))
			defer cancel()
			ctx = limited
		}
		return invoke(ctx, payload)
	}
}

// ErrorType returns the name under which a runtime's consoles and alarms count an error: its code, or its class.
func ErrorType(err error) string {
	f := fault.Of(err)
	return cmp.Or(f.Code, f.Class)
}
