// Package fault is the one model of errors: what an error says of itself beyond its text, and the one way to ask.
//
// An error takes part if it has a method Describe: it embeds a Fault, is an *Error, or has a method of its own.
// Of finds the first such error in a chain, so wrapping an error with %w keeps its behaviour:
//
//	switch f := fault.Of(err); f.Class {
//	case fault.ClassMessage: // the event can never be sent
//	case fault.ClassThrottled: // later, in f.RetryAfter at the earliest
//	}
//
// The package imports the standard library only, so that every other package may use it.
package fault

import (
	"context"
	"errors"
	"time"
)

// The classes of errors. They say whose fault an error is, and decide how a trigger is answered.
const (
	ClassMessage     = "message"     // this event can never be sent; others can
	ClassThrottled   = "throttled"   // too fast: the same again later
	ClassTransient   = "transient"   // may pass by itself
	ClassUnknown     = "unknown"     // the error does not say: treated as transient
	ClassCredential  = "credential"  // the caller is not who it should be
	ClassPermission  = "permission"  // the caller may not
	ClassClock       = "clock"       // the caller's clock is off
	ClassUnsupported = "unsupported" // wrong endpoint, region or kernel
)

// Who has to act on an error.
const (
	ActorYou     = "you"     // whoever runs this bridge: its rules or settings
	ActorRole    = "role"    // whoever administers the role and its policies
	ActorAlibaba = "alibaba" // the service, by itself
	ActorSender  = "sender"  // whoever produced the event
)

// What another attempt should wait for.
const (
	RetryNo             = "no"              // a change by Actor; the same call fails again
	RetryBackoff        = "backoff"         // a growing delay, a bounded number of times
	RetryNow            = "now"             // nothing, once; then a growing delay
	RetryRefresh        = "refresh"         // a forced refresh of the credentials, once; then as RetryNo
	RetryRefreshBackoff = "refresh-backoff" // a forced refresh of the credentials, once; then as RetryBackoff
)

// A Reach is how far a call to the API got.
type Reach int

// What became of the call.
const (
	Unsaid     Reach = iota // the error does not say, or is not of a call
	NoCall                  // none was made
	Unanswered              // no answer, or a part of one, for a reason that says nothing about this address
	TimedOut                // no answer in the time that the call had; if that was long, the address may be blocked
	Blocked                 // it failed as it does where the API has blocked this address
	Unserved                // nobody listens at the endpoint, nor has since the process began
	Answered                // the API answered
)

// A Fault is what an error says of itself. Whatever it does not say is empty.
type Fault struct {
	Class      string        // one of the classes; empty in an error that is not about an event, such as a wrong token
	Code       string        // stable name of what happened
	Actor      string        // who has to act
	Retry      string        // what another attempt should wait for
	Advice     string        // one sentence on what Actor should do
	RequestID  string        // to be quoted to the cloud's support
	RetryAfter time.Duration // how long to wait at least
	Reach      Reach         // how far the call got
}

// Describe returns f, so that an error which embeds a Fault is a Describer.
func (f Fault) Describe() Fault { return f }

// A Describer is an error that says more of itself than its text.
type Describer interface {
	error
	Describe() Fault
}

// Of returns what the first Describer in err's chain says, in the order of errors.As. Without one, an expired or
// cancelled context is of class transient, and all else of class unknown. A nil error has the zero Fault. Of allocates
// nothing itself.
func Of(err error) Fault {
	if err == nil {
		return Fault{}
	}
	if d, ok := errors.AsType[Describer](err); ok {
		return d.Describe()
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Fault{Class: ClassTransient}
	}
	return Fault{Class: ClassUnknown}
}
