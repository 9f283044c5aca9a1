package bridge

import (
	"errors"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// errHeldBack, errNoTime and errStopped are the errors of what was not tried, so that its trigger brings it again.
var (
	errHeldBack = notTried("not sent: an earlier event of its lane was not acknowledged")
	errNoTime   = notTried("not sent: the time that the event has was over before its turn")
	errStopped  = notTried("not sent: an earlier message of the event failed")
)

func notTried(text string) error {
	return &fault.Error{Fault: fault.Fault{Class: fault.ClassTransient}, Text: text}
}

var errNoReceipt = errors.New("the sender returned neither a MsgId nor an error")

// fail sets the outcome that the error's class stands for.
func fail(r *core.Result, err error) {
	r.Err, r.Outcome = err, core.Failed
	if fault.Of(err).Class == fault.ClassMessage {
		r.Outcome = core.Refused
	}
}

// settle derives the outcome from the deliveries: the worst error decides. That an earlier message failed decides nothing,
// as that message's own error is there. resumes says whether a retry sends only what has no MsgID.
func settle(r *core.Result, resumes bool) {
	var worst error
	fresh, sent := false, 0
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		if fault.Severity(d.Err) > fault.Severity(worst) && !errors.Is(d.Err, errStopped) {
			worst = d.Err
		}
		fresh = fresh || !d.Duplicate
		if d.MsgID != "" {
			sent++
		}
	}
	switch {
	case stops(worst) && len(r.Deliveries) > 1:
		fail(r, &core.Unfinished{Sent: sent, Messages: len(r.Deliveries), Resumes: resumes, Cause: worst})
	case worst != nil:
		fail(r, worst)
	case !fresh:
		r.Outcome = core.Duplicate
	}
}
