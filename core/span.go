package core

import "context"

// A SpanFunc begins a span of a trace. It returns the context for the work inside the span, and a function that ends the
// span with its error. A nil SpanFunc traces nothing.
type SpanFunc func(ctx context.Context, name string) (context.Context, func(error))

// Begin begins a span if tracing is enabled.
func (f SpanFunc) Begin(ctx context.Context, name string) (context.Context, func(error)) {
	if f == nil {
		return ctx, endNothing
	}
	return f(ctx, name)
}

func endNothing(error) {}
