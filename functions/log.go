package functions

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
)

// An eventLog writes one line an event: what became of it, never what was in it.
type eventLog struct {
	log    *slog.Logger
	mu     sync.Mutex
	warned map[string]bool // types of dropped events, and sources and types of events with attributes that were changed
}

// maxWarned bounds what senders of ever new types can make a process remember.
const maxWarned = 1000

func newEventLog(log *slog.Logger) *eventLog {
	return &eventLog{log: log, warned: make(map[string]bool)}
}

func (l *eventLog) observe(ctx context.Context, r core.Result, took time.Duration) {
	if isElementRefused(&r) {
		return
	}
	l.warnOfAttributes(ctx, &r)
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

// isElementRefused finds what came over HTTP and could not be decoded. The request has one line for all of that.
func isElementRefused(r *core.Result) bool {
	return r.Record.Err != nil && r.SenderWaits && strings.HasPrefix(r.Ingress, "http:")
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
	if l.first(r.Event.Type()) {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// warnOfAttributes says once of a source and type which optional attributes were left out or changed, and why.
func (l *eventLog) warnOfAttributes(ctx context.Context, r *core.Result) {
	e := &r.Event
	if len(e.FieldErrors) == 0 || e.Context == nil || !l.first(e.Source()+"\n"+e.Type()) {
		return
	}
	attrs := []slog.Attr{slog.String("source", e.Source()), slog.String("type", e.Type()), slog.String("ingress", r.Ingress)}
	for _, name := range slices.Sorted(maps.Keys(e.FieldErrors)) {
		attrs = append(attrs, slog.String("attribute "+name, e.FieldErrors[name].Error()))
	}
	l.log.LogAttrs(ctx, slog.LevelWarn, "optional attributes of such events are left out or changed", attrs...)
}

// first says whether a name is new.
func (l *eventLog) first(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.warned[name] || len(l.warned) >= maxWarned {
		return false
	}
	l.warned[name] = true
	return true
}
