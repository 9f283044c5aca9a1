package bridge

import (
	"errors"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// These are the errors of events and messages that were not tried, so that the trigger retries them.
var (
	errEarlierFailed = notTried("not sent: an earlier event with the same ordering key was not acknowledged")
	errNoTime        = notTried("not sent: the event's deadline passed before it could be sent")
	errStopped       = notTried("not sent: an earlier message of the event failed")
)

func notTried(text string) error {
	return &fault.Error{Fault: fault.Fault{Class: fault.ClassTransient}, Text: text}
}

var errNoReceipt = errors.New("the sender returned neither a MsgId nor an error")

// fail sets the error and the outcome that its class implies.
func fail(r *core.Result, err error) {
	r.Err, r.Outcome = err, core.Failed
	if fault.Of(err).Class == fault.ClassMessage {
		r.Outcome = core.Refused
	}
}

// settle derives the outcome from the deliveries: the worst error decides. errStopped does not count, because the earlier
// message's own error is there. resumes says whether a retry sends only messages without a MsgID.
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
