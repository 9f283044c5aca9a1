package bridge

import (
	"cmp"
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// A Tally counts events and their messages. An event is counted when its outcome is known, as received and by its outcome
// together. The zero value is ready to use, and it is safe for concurrent use.
type Tally struct {
	mu     sync.Mutex
	counts Counts
	codes  map[string]bool // codes seen so far
}

const (
	// maxCodes limits the codes that a Tally remembers: rules and classes are few, but codes may come from any server that
	// answers in place of the API. The API's table has about seventy.
	maxCodes   = 100
	maxCodeLen = 64
	otherCode  = "other"
)

// Observe is the Tally's Observer.
func (t *Tally) Observe(_ context.Context, r core.Result, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &t.counts
	if c.Messages == nil {
		c.Errors, c.Messages, t.codes = make(map[ErrorKind]int), make(map[MessageKind]int), make(map[string]bool)
	}
	c.Events[r.Outcome]++
	c.Took += took
	c.Attributes += len(r.Event.FieldErrors)
	if err := cmp.Or(r.Err, r.Reason); err != nil {
		c.Errors[t.kind(err)]++
	}
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		c.Messages[MessageKind{d.Rule, outcomeOf(d), t.kind(d.Err)}]++
		if !d.Duplicate {
			c.Attempts += d.Attempts
		}
	}
}

// Snapshot returns the counts at a moment between two events.
func (t *Tally) Snapshot() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.counts
	c.Errors, c.Messages = maps.Clone(c.Errors), maps.Clone(c.Messages)
	return c
}

// kind returns the kind of an error. Callers hold the lock.
func (t *Tally) kind(err error) ErrorKind {
	if err == nil {
		return ErrorKind{}
	}
	f := fault.Of(err)
	return ErrorKind{Class: f.Class, Code: t.known(f.Code)}
}

// known returns a code, or "other" for a code beyond the limit and for a text that is not a code.
func (t *Tally) known(code string) string {
	if code == "" || t.codes[code] {
		return code
	}
	if len(t.codes) == maxCodes || len(code) > maxCodeLen || strings.ContainsFunc(code, notCodeRune) {
		return otherCode
	}
	t.codes[code] = true
	return code
}

func notCodeRune(r rune) bool { return r <= ' ' || r > '~' }

// outcomeOf returns a message's outcome.
func outcomeOf(d *core.Delivery) core.Outcome {
	switch {
	case d.Duplicate:
		return core.Duplicate
	case d.Err == nil:
		return core.Sent
	case fault.Of(d.Err).Class == fault.ClassMessage:
		return core.Refused
	}
	return core.Failed
}
