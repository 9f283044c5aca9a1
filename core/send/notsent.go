package send

import (
	"cmp"
	"time"

	"sendbridge/core/fault"
)

// notSent returns the error of a call that was not made, with the time until which nothing changes. Actor and advice are
// those of the cause.
func notSent(code string, after time.Duration, cause error, format string, args ...any) error {
	e, because := fault.New(code, fault.ActorYou, format, args...), fault.Of(cause)
	e.Actor = cmp.Or(because.Actor, e.Actor)
	e.Advice, e.RequestID = because.Advice, because.RequestID
	e.Retry, e.RetryAfter, e.Reach, e.Cause = fault.RetryNo, after, fault.NotSent, cause
	return e
}

// made reports whether an attempt with this error counts as a call of the API. It does not if the attempt ended before the
// call, for example without credentials.
func made(err error) bool { return fault.Of(err).Reach != fault.NotSent }
