package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/internal/shorten"
)

// A trace prints one line per message: event → rule → topic → payload (shortened) → MsgId, or the error with each
// attempt.
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
			why = blame(r.Err)
		} else if !r.Unmatched {
			why = "each selects no element"
		}
		fmt.Fprintf(t.out, "%s → %s: %s\n", event, r.Outcome, why)
	}
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		fmt.Fprintf(t.out, "%s → %s → %s → %s → %s\n", event, d.Rule, d.Topic, oneLine(d.Payload), end(d))
	}
}

// end describes the outcome of a message.
func end(d *core.Delivery) string {
	switch {
	case d.Err != nil:
		return "not sent: " + blame(d.Err) + attempts(d.Tries)
	case d.Duplicate:
		return d.MsgID + " (duplicate, not sent again)"
	}
	return d.MsgID + attempts(d.Tries)
}

// blame describes an error as the log does: its text, code and class, who has to act, and what to do.
func blame(err error) string {
	f := fault.Of(err)
	text := err.Error()
	if f.Code != "" && !strings.Contains(text, f.Code) {
		text = f.Code + ": " + text
	}
	text += " (class " + f.Class
	if f.Actor != "" {
		text += ", actor " + f.Actor
	}
	if f.Advice != "" {
		text += ": " + f.Advice
	}
	return text + ")"
}

// attempts lists the attempts of a message that took more than one.
func attempts(tries []core.Try) string {
	if len(tries) < 2 {
		return ""
	}
	var list []string
	for i, t := range tries {
		outcome := "accepted"
		if t.Err != nil {
			outcome = code(t.Err)
		}
		if i > 0 {
			outcome = "after " + t.Waited.Round(time.Millisecond).String() + " " + outcome
		}
		list = append(list, outcome)
	}
	return fmt.Sprintf(" (%d attempts: %s)", len(tries), strings.Join(list, ", "))
}

// oneLine returns a payload shortened for one line.
func oneLine(payload string) string {
	return shorten.Characters(strings.Join(strings.Fields(payload), " "), 73)
}
