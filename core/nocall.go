package core

import (
	"errors"
	"time"
)

// Codes of calls that were not made.
const (
	codeLimiterFull        = "LimiterFull"        // class throttled: the limiter could not let the call through in the time that the event has
	codeConcurrencyFull    = "ConcurrencyFull"    // class transient: no call in flight ended in the time that the event has
	codeAddressBlocked     = "AddressBlocked"     // class transient: the API seems to have blocked this address; it is asked again a minute later
	codeCredentialsRefused = "CredentialsRefused" // class credential: the API took no credentials of late; one call at a time asks whether it does again
)

// A noCall is why the API was not asked, and when it may be.
type noCall struct {
	code, class, text string
	after             time.Duration
	cause             error
}

func (e *noCall) Error() string             { return e.text }
func (e *noCall) Class() string             { return e.class }
func (e *noCall) ErrorCode() string         { return e.code }
func (e *noCall) Retry() string             { return retryNo } // nothing changes before RetryAfter is over
func (e *noCall) RetryAfter() time.Duration { return e.after }
func (e *noCall) Unwrap() error             { return e.cause }
func (e *noCall) NoCall() bool              { return true }

// Actor is the cause's where it says one.
func (e *noCall) Actor() string {
	if a := (interface{ Actor() string })(nil); errors.As(e.cause, &a) {
		return a.Actor()
	}
	return ActorYou
}

// made says whether an attempt that ended so reached for the API. Errors of whoever was asked before it, such as a source
// of credentials, say by a method NoCall that it did not.
func made(err error) bool {
	if err == nil {
		return true
	}
	var none interface{ NoCall() bool }
	return !errors.As(err, &none) || !none.NoCall()
}
