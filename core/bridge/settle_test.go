package bridge

import (
	"testing"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// An error that forgot its class is an error all the same: its message was not sent.
func TestAnErrorWithoutAClassKeepsItsEventFromBeingAcknowledged(t *testing.T) {
	r := core.Result{Deliveries: []core.Delivery{{Err: &fault.Error{Text: "what"}}}}
	if settle(&r, true); r.Outcome != core.Failed || r.Err == nil {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}
