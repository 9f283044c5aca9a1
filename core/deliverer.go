package core

import (
	"context"
	"errors"
)

// A Deliverer sends records and returns one result per record, in order, like Deliver of a Bridge. No work continues after
// it has returned. Adapters call its Deliver, which checks its results.
type Deliverer func(ctx context.Context, records []Record) []Result

var (
	errUnsettled = errors.New("the bridge returned no valid outcome for the event")
	errNoMsgID   = errors.New("a message was reported as sent without a MsgId")
)

// Deliver returns the results of d, but acknowledges nothing without a reason: each record has a result, every message of a
// sent event has a MsgId, and every result that is not acknowledged has an error. A trigger forgets acknowledged events, so
// a mistake here would lose events.
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

// contradiction returns why a result is inconsistent, or nil.
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
