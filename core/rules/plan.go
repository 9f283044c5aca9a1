package rules

import (
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// A Plan is the result of one rule for an event, without sending.
type Plan struct {
	Rule       string
	Mismatch   string          // the first clause of the pattern that failed, and the event's value there; empty if the event matches
	Deliveries []core.Delivery // without receipts; Err is set if a message cannot be rendered
}

// Plans returns what each rule would make of a record, without sending. It returns an error if the event is invalid.
func (s *Set) Plans(r *core.Record, now time.Time) ([]Plan, error) {
	v, err := cloudevent.NewView(r)
	if err != nil {
		return nil, err
	}
	plans := make([]Plan, len(s.rules))
	for i := range s.rules {
		plans[i] = Plan{Rule: s.rules[i].name, Mismatch: s.rules[i].explain(v)}
		if why := v.TakeDistrust(); why != nil {
			return nil, why
		}
		if plans[i].Mismatch == "" {
			plans[i].Deliveries = s.rules[i].Render(v, now)
		}
	}
	return plans, nil
}
