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
	"sendbridge/core/cloudevent"
)

// An eventLog writes one line per event: its outcome, never its content.
type eventLog struct {
	log      *slog.Logger
	now      func() time.Time
	mu       sync.Mutex
	warnings map[string]*warning // by type of dropped events, and by source and type of events with changed attributes
}

// A warning is logged once a minute, with the number of events that it stands for.
type warning struct {
	last  time.Time
	since int // events since the last warning
}

// maxWarned limits the names that are remembered, because senders may use ever new types. Further names share one warning.
const maxWarned = 1000

func newEventLog(log *slog.Logger) *eventLog {
	return &eventLog{log: log, now: time.Now, warnings: make(map[string]*warning)}
}

func (l *eventLog) observe(ctx context.Context, r core.Result, took time.Duration) {
	if isElementRefused(&r) {
		return
	}
	l.warnOfAttributes(ctx, &r)
	level, dropped := l.level(&r)
	if !l.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 20)
	attrs = append(attrs, slog.String("outcome", r.Outcome.String()))
	if ec := cloudevent.ContextOf(&r.Event); ec != nil {
		attrs = append(attrs, slog.String("id", ec.ID), slog.String("source", cloudevent.SourceOf(ec)), slog.String("type", ec.Type))
	}
	attrs = append(attrs, slog.String("ingress", r.Ingress), slog.Float64("ms", float64(took.Microseconds())/1000))
	if dropped > 0 {
		attrs = append(attrs, slog.Int("droppedOfType", dropped))
	}
	l.log.LogAttrs(ctx, level, "event", appendMessages(attrs, &r)...)
}

// isElementRefused reports whether a result is an element of an HTTP request that could not be decoded. The request has one
// line for all of them.
func isElementRefused(r *core.Result) bool {
	return r.Record.Err != nil && r.SenderWaits && strings.HasPrefix(r.Ingress, "http:")
}

// level returns a warning if somebody should look: for a dead letter, and once a minute for a dropped event of a type,
// because a rule may be missing. dropped is the number of events that the warning stands for.
func (l *eventLog) level(r *core.Result) (level slog.Level, dropped int) {
	switch {
	case r.Err != nil:
		return slog.LevelError, 0
	case r.Outcome == core.DeadLettered:
		return slog.LevelWarn, 0
	case r.Outcome != core.Dropped || !r.Unmatched:
		return slog.LevelInfo, 0
	}
	if dropped = l.due(r.Event.Type()); dropped > 0 {
		return slog.LevelWarn, dropped
	}
	return slog.LevelInfo, 0
}

// warnOfAttributes logs, once a minute for a source and type, which optional attributes were left out or changed, and why.
func (l *eventLog) warnOfAttributes(ctx context.Context, r *core.Result) {
	e := &r.Event
	if len(e.FieldErrors) == 0 || e.Context == nil || l.due(e.Source()+"\n"+e.Type()) == 0 {
		return
	}
	attrs := []slog.Attr{slog.String("source", e.Source()), slog.String("type", e.Type()), slog.String("ingress", r.Ingress)}
	for _, name := range slices.Sorted(maps.Keys(e.FieldErrors)) {
		attrs = append(attrs, slog.String("attribute "+name, e.FieldErrors[name].Error()))
	}
	l.log.LogAttrs(ctx, slog.LevelWarn, "optional attributes of such events are left out or changed", attrs...)
}

// due returns the number of events that a warning stands for, or 0 if there was one within the last minute.
func (l *eventLog) due(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.warnings[name]
	if w == nil {
		if len(l.warnings) >= maxWarned {
			name = "" // all further names share one
			w = l.warnings[name]
		}
		if w == nil {
			w = new(warning)
			l.warnings[name] = w
		}
	}
	w.since++
	now := l.now()
	if !w.last.IsZero() && now.Sub(w.last) < time.Minute {
		return 0
	}
	n := w.since
	w.last, w.since = now, 0
	return n
}
