package functions

import (
	"context"
	"log/slog"
)

type invocationKey struct{}

// WithInvocation returns a context with the runtime's id of an invocation. Each log line written with it has the id, as has
// the line of metrics. An empty id adds nothing.
func WithInvocation(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, invocationKey{}, id)
}

func invocationOf(ctx context.Context) string {
	id, _ := ctx.Value(invocationKey{}).(string)
	return id
}

// attributed adds to each line the id of its invocation. The attribute is not called requestId, which is the API's.
type attributed struct{ slog.Handler }

func (h attributed) Handle(ctx context.Context, r slog.Record) error {
	if id := invocationOf(ctx); id != "" {
		r.AddAttrs(slog.String("invocation", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h attributed) WithAttrs(attrs []slog.Attr) slog.Handler {
	return attributed{h.Handler.WithAttrs(attrs)}
}

func (h attributed) WithGroup(name string) slog.Handler { return attributed{h.Handler.WithGroup(name)} }
