package core

import (
	"errors"
	"time"
)

// Codes of calls that were not made.
const (
	codeLimiterFull        = "LimiterFull"        // class throttled
	codeConcurrencyFull    = "ConcurrencyFull"    // class transient
	codeAddressBlocked     = "AddressBlocked"     // class transient
	codeCredentialsRefused = "CredentialsRefused" // class credential
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
