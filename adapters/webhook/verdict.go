package webhook

import (
	"errors"

	"sendbridge/core"
)

var (
	errUnsettled = errors.New("the bridge did not say what became of the event")
	errNoMsgID   = errors.New("a message was called sent without a MsgId")
)

// verdicts takes no acknowledgement on trust, as a sender forgets what it gets a 2xx for: each record has its result,
// whatever was sent has a MsgId for every message, and what is not acknowledged has an error.
func verdicts(records []core.Record, results []core.Result) []core.Result {
	if len(results) != len(records) {
		results = make([]core.Result, len(records))
		for i := range records {
			results[i] = core.Result{Record: records[i], Outcome: core.Failed}
		}
	}
	for i := range results {
		r := &results[i]
		if err := doubt(r); err != nil {
			r.Outcome, r.Err = core.Failed, err
		}
	}
	return results
}

// doubt is why a result can't be what it says; nil if it can.
func doubt(r *core.Result) error {
	switch {
	case r.Err != nil && r.Outcome.Acknowledged():
		return r.Err
	case r.Err == nil && !r.Outcome.Acknowledged():
		return errUnsettled
	case r.Outcome != core.Sent:
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
