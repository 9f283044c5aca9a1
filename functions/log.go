package functions

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"sendbridge/core"
)

// NewLogger writes JSON lines.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// An eventLog writes one line an event: what became of it, never what was in it.
type eventLog struct {
	log    *slog.Logger
	mu     sync.Mutex
	warned map[string]bool // types of dropped events
}

// maxWarned bounds what senders of ever new types can make a process remember.
const maxWarned = 1000

func newEventLog(log *slog.Logger) *eventLog {
	return &eventLog{log: log, warned: make(map[string]bool)}
}

func (l *eventLog) observe(ctx context.Context, r core.Result, took time.Duration) {
	level := l.level(&r)
	if !l.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs, slog.String("outcome", r.Outcome.String()))
	if e := r.Event; e.Context != nil {
		attrs = append(attrs, slog.String("id", e.ID()), slog.String("source", e.Source()), slog.String("type", e.Type()))
	}
	attrs = append(attrs, slog.String("ingress", r.Ingress), slog.Float64("ms", float64(took.Microseconds())/1000))
	attrs = appendDeliveries(attrs, r.Deliveries)
	l.log.LogAttrs(ctx, level, "event", appendError(attrs, r.Err)...)
}

// level is a warning for the first dropped event of a type: a rule may be missing.
func (l *eventLog) level(r *core.Result) slog.Level {
	if r.Err != nil {
		return slog.LevelError
	}
	if r.Outcome != core.Dropped || !r.Unmatched {
		return slog.LevelInfo
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if name := r.Event.Type(); !l.warned[name] && len(l.warned) < maxWarned {
		l.warned[name] = true
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// appendDeliveries gives an event's only message flat, for log queries to find, and several as a list.
func appendDeliveries(attrs []slog.Attr, deliveries []core.Delivery) []slog.Attr {
	if len(deliveries) == 1 {
		return append(attrs, messageAttrs(&deliveries[0])...)
	}
	messages := make([]slog.Attr, len(deliveries))
	for i := range deliveries {
		messages[i] = slog.Attr{Key: strconv.Itoa(i), Value: slog.GroupValue(messageAttrs(&deliveries[i])...)}
	}
	if len(messages) > 0 {
		attrs = append(attrs, slog.Attr{Key: "messages", Value: slog.GroupValue(messages...)})
	}
	return attrs
}

func messageAttrs(d *core.Delivery) []slog.Attr {
	attrs := []slog.Attr{slog.String("rule", d.Rule), slog.String("topic", d.Topic), slog.Int("attempts", d.Attempts)}
	if d.Element >= 0 {
		attrs = append(attrs, slog.Int("element", d.Element))
	}
	if d.MsgID != "" {
		attrs = append(attrs, slog.String("msgId", d.MsgID), slog.String("requestId", d.RequestID))
	}
	return appendError(attrs, d.Err)
}

// appendError says whose fault an error is and what to do, as far as the error knows.
func appendError(attrs []slog.Attr, err error) []slog.Attr {
	if err == nil {
		return attrs
	}
	attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", core.ClassOf(err)))
	var actor interface{ Actor() string }
	if errors.As(err, &actor) {
		attrs = append(attrs, slog.String("actor", actor.Actor()))
	}
	var code interface{ ErrorCode() string }
	if errors.As(err, &code) {
		attrs = append(attrs, slog.String("code", code.ErrorCode()))
	}
	var id interface{ ErrorRequestID() string }
	if errors.As(err, &id) && id.ErrorRequestID() != "" {
		attrs = append(attrs, slog.String("errorRequestId", id.ErrorRequestID()))
	}
	return attrs
}
