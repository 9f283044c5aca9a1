// Package fault is the model of errors that all packages share: the properties of an error besides its text, and the way to
// ask for them.
//
// An error takes part if it has a method Describe: it embeds a Fault, is an *Error, or has its own method. Of finds the
// first such error in a chain, so wrapping with %w keeps the properties:
//
//	switch f := fault.Of(err); f.Class {
//	case fault.ClassMessage: // the event can never be sent
//	case fault.ClassThrottled: // retry after f.RetryAfter at the earliest
//	}
//
// The package imports only the standard library, so that every other package may use it.
package fault

import (
	"context"
	"errors"
	"time"
)

// The classes of errors. They tell what kind of fault an error is, and decide how a trigger is answered.
const (
	ClassMessage     = "message"     // this event can never be sent; others can
	ClassThrottled   = "throttled"   // too many calls: retry later
	ClassTransient   = "transient"   // may disappear by itself
	ClassUnknown     = "unknown"     // the error has no class: treated as transient
	ClassCredential  = "credential"  // the credentials are missing, wrong or expired
	ClassPermission  = "permission"  // the caller lacks a permission
	ClassClock       = "clock"       // the caller's clock is wrong
	ClassUnsupported = "unsupported" // wrong endpoint, region or kernel
)

// Who has to act on an error.
const (
	ActorYou     = "you"     // the operator of this bridge: its rules or settings
	ActorRole    = "role"    // the administrator of the RAM role and its policies
	ActorAlibaba = "alibaba" // the service itself
	ActorSender  = "sender"  // the producer of the event
)

// What the next attempt should wait for.
const (
	RetryNo             = "no"              // a change by Actor, because the same call fails again
	RetryBackoff        = "backoff"         // a growing delay, a bounded number of times
	RetryNow            = "now"             // nothing the first time, then a growing delay
	RetryRefresh        = "refresh"         // a forced refresh of the credentials the first time, then like RetryNo
	RetryRefreshBackoff = "refresh-backoff" // a forced refresh of the credentials the first time, then like RetryBackoff
)

// A Reach is how far a call to the API got.
type Reach int

// The values of Reach.
const (
	ReachUnknown Reach = iota // the error is not about a call, or has no Reach
	NotSent                   // no call was made
	Unanswered                // no complete answer, for a reason unrelated to this address
	TimedOut                  // no answer in time; if the time was long, the API may have blocked this address
	Blocked                   // the call failed in the way it does if the API has blocked this address
	NoListener                // nothing listens at the endpoint, and nothing has since the process started
	Answered                  // the API answered
)

// A Fault holds the properties of an error. Unknown ones are empty.
type Fault struct {
	Class      string        // one of the classes; empty if the error is not about an event, such as a wrong token
	Code       string        // stable name of the error
	Actor      string        // who has to act
	Retry      string        // what the next attempt should wait for
	Advice     string        // one sentence on what Actor should do
	RequestID  string        // for the cloud's support
	RetryAfter time.Duration // the shortest wait before a retry
	Reach      Reach         // how far the call got
}

// Describe returns f, so that an error which embeds a Fault is a Describer.
func (f Fault) Describe() Fault { return f }

// A Describer is an error with properties besides its text.
type Describer interface {
	error
	Describe() Fault
}

// Of returns the Fault of the first Describer in err's chain, in the order of errors.As. Without a Describer, an expired or
// cancelled context has class transient, and any other error class unknown. A nil error has the zero Fault. Of itself
// allocates nothing.
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
