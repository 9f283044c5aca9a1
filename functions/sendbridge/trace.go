package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
)

// A trace prints one line a message: event → rule → topic → payload (cut) → MsgId, or why not.
type trace struct {
	mu  sync.Mutex
	out io.Writer
}

// cutAt is how much of a payload a line shows.
const cutAt = 72

func (t *trace) observe(_ context.Context, r core.Result, _ time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	event := "an undecodable event"
	if e := r.Event; e.Context != nil && e.ID() != "" {
		event = e.Type() + " " + e.ID()
	}
	if len(r.Deliveries) == 0 {
		why := "no rule matches"
		if r.Err != nil {
			why = r.Err.Error()
		} else if !r.Unmatched {
			why = "each finds no element"
		}
		fmt.Fprintf(t.out, "%s → %s: %s\n", event, r.Outcome, why)
	}
	for _, d := range r.Deliveries {
		end := d.MsgID
		switch {
		case d.Err != nil:
			end = "not sent: " + d.Err.Error()
		case d.Duplicate:
			end += " (duplicate, not sent again)"
		}
		fmt.Fprintf(t.out, "%s → %s → %s → %s → %s\n", event, d.Rule, d.Topic, cut(d.Payload), end)
	}
}

// cut makes one short line of a payload.
func cut(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > cutAt {
		return string(runes[:cutAt]) + "…"
	}
	return s
}
