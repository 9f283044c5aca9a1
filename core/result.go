package core

import (
	"encoding/json"
	"fmt"

	"sendbridge/core/fault"
)

// An Outcome is what became of an event. Each event has exactly one.
type Outcome int

// The outcomes. All up to DeadLettered are acknowledged to the trigger.
const (
	Sent         Outcome = iota // every message has a MsgID
	Duplicate                   // every message was sent before, within the dedup window, or by another Deliver meanwhile
	Dropped                     // no rule wanted it
	DeadLettered                // kept in the dead-letter sink
	Refused                     // class message: it will never go
	Failed                      // not sent, may go later
)

func (o Outcome) String() string {
	return [...]string{"sent", "duplicate", "dropped", "dead-lettered", "refused", "failed"}[o]
}

// MarshalText gives the outcome's word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Acknowledged says whether the trigger may forget the event.
func (o Outcome) Acknowledged() bool { return o <= DeadLettered }

// A Delivery is one message of an event: what a rule made of it, and what became of it. Either its MsgID is set or
// its Err.
type Delivery struct {
	Rule           string
	Element        int // index in each, -1 for a rule without
	Topic, Payload string
	Receipt
	Duplicate bool // known from before and not sent again: the receipt is of that time, or the event was dead-lettered then
	Err       error
	Tries     []Try // each attempt, in order, where the bridge was asked to keep them; none for a duplicate
}

// A Result says what became of a record: its outcome, its messages in the order of the rules, and the error that
// counts most. Err is nil exactly when the outcome is acknowledged.
type Result struct {
	Record
	Outcome    Outcome
	Unmatched  bool // dropped or refused because no rule's pattern matched
	Deliveries []Delivery
	Err        error
	Reason     error // why it was dead-lettered; nil with any other outcome
}

// Unacknowledged is the error of a call whose trigger knows one outcome for all its events: nil when each is
// acknowledged, else the error that counts most, with the number of those that are not.
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

// Summary counts results by outcome, as JSON for somebody who calls a function by hand.
func Summary(results []Result) []byte {
	counts := map[string]int{"received": len(results)}
	for i := range results {
		counts[results[i].Outcome.String()]++
	}
	raw, err := json.Marshal(counts)
	if err != nil {
		panic(err) // of numbers
	}
	return raw
}
