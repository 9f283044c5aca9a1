package send

import (
	"cmp"
	"time"

	"sendbridge/core/fault"
)

// notSent is the error of a call that was not made, with the time when it may be: nothing changes before that is over.
// What the cause says of who has to act and how holds for it too.
func notSent(code string, after time.Duration, cause error, format string, args ...any) error {
	e, because := fault.New(code, fault.ActorYou, format, args...), fault.Of(cause)
	e.Actor = cmp.Or(because.Actor, e.Actor)
	e.Advice, e.RequestID = because.Advice, because.RequestID
	e.Retry, e.RetryAfter, e.Reach, e.Cause = fault.RetryNo, after, fault.NotSent, cause
	return e
}

// made says whether an attempt with this error counts as a call of the API. It does not where the attempt ended before
// the call, such as for want of credentials.
func made(err error) bool { return fault.Of(err).Reach != fault.NotSent }
