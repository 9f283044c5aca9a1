package core

import (
	"testing"

	"sendbridge/core/fault"
)

// An error that forgot its class is an error all the same: its message was not sent.
func TestAnErrorWithoutAClassKeepsItsEventFromBeingAcknowledged(t *testing.T) {
	r := Result{Deliveries: []Delivery{{Err: &fault.Error{Text: "what"}}}}
	if settle(&r); r.Outcome != Failed || r.Err == nil {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}
