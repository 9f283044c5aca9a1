package functions

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"sendbridge/core"
)

// NewLogger writes JSON lines, each with the invocation that its context names.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(attributed{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
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
	attrs := make([]slog.Attr, 0, 20)
	attrs = append(attrs, slog.String("outcome", r.Outcome.String()))
	if e := r.Event; e.Context != nil {
		attrs = append(attrs, slog.String("id", e.ID()), slog.String("source", e.Source()), slog.String("type", e.Type()))
	}
	attrs = append(attrs, slog.String("ingress", r.Ingress), slog.Float64("ms", float64(took.Microseconds())/1000))
	l.log.LogAttrs(ctx, level, "event", appendMessages(attrs, &r)...)
}

// level is a warning where somebody should look: at a dead letter, and at the first dropped event of a type, as a rule
// may be missing.
func (l *eventLog) level(r *core.Result) slog.Level {
	if r.Err != nil {
		return slog.LevelError
	}
	if r.Outcome == core.DeadLettered {
		return slog.LevelWarn
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
