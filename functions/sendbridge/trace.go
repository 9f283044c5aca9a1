package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/internal/shorten"
)

// A trace prints one line a message: event → rule → topic → payload (cut) → MsgId, or why not.
type trace struct {
	mu  sync.Mutex
	out io.Writer
}

func (t *trace) printf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, format, args...)
}

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
		fmt.Fprintf(t.out, "%s → %s → %s → %s → %s\n", event, d.Rule, d.Topic, oneLine(d.Payload), end)
	}
}

// oneLine is what a line shows of a payload.
func oneLine(payload string) string {
	return shorten.Characters(strings.Join(strings.Fields(payload), " "), 73)
}
