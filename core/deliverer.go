package core

import (
	"context"
	"errors"
)

// A Deliverer sends records and returns one result a record, in order, as Deliver of a Bridge does. Nothing of it goes
// on after it has returned. Adapters call its Deliver, which checks what it returns.
type Deliverer func(ctx context.Context, records []Record) []Result

var (
	errUnsettled = errors.New("the bridge did not say what became of the event")
	errNoMsgID   = errors.New("a message was called sent without a MsgId")
)

// Deliver returns the results of d, but acknowledges nothing that d gives no reason to: each record has its result,
// whatever was sent has a MsgId for every message, and what is not acknowledged has an error. A trigger forgets what is
// acknowledged, so that a mistake here would lose events.
func (d Deliverer) Deliver(ctx context.Context, records []Record) []Result {
	results := d(ctx, records)
	if len(results) != len(records) {
		results = make([]Result, len(records))
		for i := range records {
			results[i] = Result{Record: records[i], Outcome: Failed}
		}
	}
	for i := range results {
		r := &results[i]
		if err := r.contradiction(); err != nil {
			r.Outcome, r.Err = Failed, err
		}
	}
	return results
}

// contradiction is why a result can't be what it says; nil if it can.
func (r *Result) contradiction() error {
	switch {
	case r.Err != nil && r.Outcome.Acknowledged():
		return r.Err
	case r.Err == nil && !r.Outcome.Acknowledged():
		return errUnsettled
	case r.Outcome != Sent:
		return nil
	case len(r.Deliveries) == 0:
		return errNoMsgID
	}
	for i := range r.Deliveries {
		if d := &r.Deliveries[i]; d.Err != nil {
			return d.Err
		} else if d.MsgID == "" {
			return errNoMsgID
		}
	}
	return nil
}
