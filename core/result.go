package core

import (
	"encoding/json"
	"fmt"

	"sendbridge/core/fault"
)

// An Outcome is the outcome of an event. Each event has exactly one.
type Outcome int

// The outcomes. All up to DeadLettered are acknowledged to the trigger.
const (
	Sent         Outcome = iota // every message has a MsgID
	Duplicate                   // every message was already sent within the dedup window, or by another Deliver at the same time
	Dropped                     // no rule matched it
	DeadLettered                // kept in the dead-letter sink
	Refused                     // class message: it can never be sent
	Failed                      // not sent, a retry may succeed
)

func (o Outcome) String() string {
	return [...]string{"sent", "duplicate", "dropped", "dead-lettered", "refused", "failed"}[o]
}

// MarshalText returns the outcome's name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Acknowledged reports whether the trigger may forget the event.
func (o Outcome) Acknowledged() bool { return o <= DeadLettered }

// A Delivery is one message that a rule made of an event, and its outcome: either its MsgID or its Err is set.
type Delivery struct {
	Rule           string
	Element        int // index in the array of each; -1 for a rule without each
	Topic, Payload string
	Receipt
	Duplicate bool // already sent or dead-lettered, so not sent again; the receipt is the first one
	Err       error
	Tries     []Try // each attempt in order, if the bridge keeps them; none for a duplicate
}

// A Result is the result of a record: its outcome, its messages in the order of the rules, and the most severe error. Err
// is nil exactly if the outcome is acknowledged.
type Result struct {
	Record
	Outcome    Outcome
	Unmatched  bool // dropped or rejected because no rule's pattern matched
	Deliveries []Delivery
	Err        error
	Reason     error // why it was dead-lettered; nil for any other outcome
}

// Unacknowledged returns the error of a call whose trigger knows only one outcome for all its events. It is nil if all are
// acknowledged, or else the most severe error with the number of unacknowledged events.
func Unacknowledged(results []Result) error {
	worst, failed := 0, 0
	for i := range results {
		if results[i].Err == nil {
			continue
		}
		failed++
		if fault.Severity(results[i].Err) > fault.Severity(results[worst].Err) {
			worst = i
		}
	}
	switch {
	case failed == 0:
		return nil
	case len(results) == 1:
		return results[0].Err
	}
	return fmt.Errorf("%d of %d events not acknowledged; event %d: %w", failed, len(results), worst, results[worst].Err)
}

// Summary returns the number of results per outcome as JSON, for people who invoke a function by hand.
func Summary(results []Result) []byte {
	counts := map[string]int{"received": len(results)}
	for i := range results {
		counts[results[i].Outcome.String()]++
	}
	raw, err := json.Marshal(counts)
	if err != nil {
		panic(err) // numbers always encode
	}
	return raw
}
