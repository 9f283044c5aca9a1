package bridge

import (
	"errors"
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

// The worst error decides about the event, and the first one if several are equally bad. An event with several messages
// also says how many were sent.
func TestTheWorstErrorDecides(t *testing.T) {
	refused := func(text string) error {
		return &fault.Error{Fault: fault.Fault{Class: fault.ClassMessage}, Text: text}
	}
	failed := func(text string) error {
		return &fault.Error{Fault: fault.Fault{Class: fault.ClassTransient}, Text: text}
	}
	for _, tt := range []struct {
		errs    []error
		outcome core.Outcome
		text    string
	}{
		{[]error{refused("a")}, core.Refused, "a"},
		{[]error{refused("a"), refused("b")}, core.Refused, "a"},
		{[]error{failed("a")}, core.Failed, "a"},
		{[]error{failed("a"), failed("b")}, core.Failed, "0 of 2 messages sent: a"},
		{[]error{refused("a"), failed("b"), nil, failed("c")}, core.Failed, "1 of 4 messages sent, a retry sends the rest: b"},
		{[]error{failed("a"), errStopped}, core.Failed, "0 of 2 messages sent: a"},
	} {
		var r core.Result
		for _, err := range tt.errs {
			d := core.Delivery{Err: err}
			if err == nil {
				d.MsgID = "M"
			}
			r.Deliveries = append(r.Deliveries, d)
		}
		settle(&r, true)
		var unfinished *core.Unfinished
		if r.Outcome != tt.outcome || r.Err == nil || r.Err.Error() != tt.text || errors.As(r.Err, &unfinished) != (tt.text != "a") {
			t.Errorf("%v: %s, %v; want %s, %s", tt.errs, r.Outcome, r.Err, tt.outcome, tt.text)
		}
	}
}
