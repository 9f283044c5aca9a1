package functions

import (
	"cmp"
	"context"
	"io"
	"time"

	"sendbridge/core/fault"
)

// deadlineMargin is kept of a runtime's time, so that its answer still goes out.
const deadlineMargin = 500 * time.Millisecond

// NewFunction wires an app as New does, with metrics that an invocation ends in a line of: nobody can scrape a function.
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

// An Invoke answers one invocation of a function: Lambda's Handler has it for a method, and Function Compute calls it.
type Invoke func(ctx context.Context, payload []byte) ([]byte, error)

// Function makes of an adapter's Invoke what a runtime can call: it ends before the runtime's deadline, a panic
// becomes an error, and w gets the line of metrics before the process may be frozen.
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

// ErrorType is the name under which a runtime's consoles and alarms count an error: its code, or its class.
func ErrorType(err error) string {
	f := fault.Of(err)
	return cmp.Or(f.Code, f.Class)
}
