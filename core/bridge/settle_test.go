package bridge

import (
	"testing"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// An error without a class still means that its message was not sent.
func TestErrorWithoutAClassIsNotAcknowledged(t *testing.T) {
	r := core.Result{Deliveries: []core.Delivery{{Err: &fault.Error{Text: "what"}}}}
	if settle(&r, true); r.Outcome != core.Failed || r.Err == nil {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}
