package main

import (
	"context"
	"log/slog"
)

// withoutEvents drops the log line of each event, because a trace shows events with their payloads.
type withoutEvents struct{ slog.Handler }

func (h withoutEvents) Handle(ctx context.Context, line slog.Record) error {
	if line.Message == "event" {
		return nil
	}
	return h.Handler.Handle(ctx, line)
}

func (h withoutEvents) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withoutEvents{h.Handler.WithAttrs(attrs)}
}

func (h withoutEvents) WithGroup(name string) slog.Handler {
	return withoutEvents{h.Handler.WithGroup(name)}
}
