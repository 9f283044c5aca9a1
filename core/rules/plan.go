package rules

import (
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// A Plan is what one rule would make of an event.
type Plan struct {
	Rule       string
	Mismatch   string          // the first clause of the rule's pattern that failed and what the event has; empty if it matches
	Deliveries []core.Delivery // without receipts; one that can't be rendered has its Err
}

// Plans tells what each rule would make of a record, and sends nothing. The error says why the event is refused.
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
