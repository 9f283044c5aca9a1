package main

import (
	"context"
	"fmt"
	"log/slog"
)

// refusals are the part of the log that a trace lacks: requests that were refused before they became events.
type refusals struct {
	slog.Handler // takes nothing
	trace        *trace
}

func (r refusals) Enabled(context.Context, slog.Level) bool { return true }

func (r refusals) Handle(_ context.Context, line slog.Record) error {
	if line.Message != "request refused" {
		return nil
	}
	values := map[string]string{}
	line.Attrs(func(a slog.Attr) bool {
		values[a.Key] = a.Value.String()
		return true
	})
	r.trace.mu.Lock()
	defer r.trace.mu.Unlock()
	_, err := fmt.Fprintf(r.trace.out, "%s request → %s %s: %s\n", values["method"], values["status"], values["code"], values["detail"])
	return err
}
