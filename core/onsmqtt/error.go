package onsmqtt

import (
	"fmt"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// An Error is why a call was not acknowledged: what the API or the network answered, and what the table of codes knows
// about it. It holds no URL, payload, token, signature or secret, even where the answer echoed them.
//
// It is a fault.Describer: ask for its class, its retry and the like by fault.Of.
type Error struct {
	Code      string // the API's, or one of those that Codes marks with status 0; "HTTP502" for an answer without one
	Message   string // for people; one line of a few hundred bytes
	Status    int    // of HTTP; 0 when there was no answer
	RequestID string // to be quoted to Alibaba's support; empty when there is none

	retryAfter time.Duration
	cause      error
}

// Error returns code, message, status and request id.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("sendmessage: " + e.Code)
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	switch {
	case e.Status != 0 && e.RequestID != "":
		fmt.Fprintf(&b, " (status %d, request %s)", e.Status, e.RequestID)
	case e.Status != 0:
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	return b.String()
}

// Unwrap returns the context's error when that ended the call, the provider's when there were no credentials, else nil.
func (e *Error) Unwrap() error { return e.cause }

// Describe says what the table of codes knows about the error, and how far the call got. RetryAfter is what the API asked
// for, at most one hour; 0 when it gave no hint.
func (e *Error) Describe() fault.Fault {
	c := find(e.Code)
	return fault.Fault{
		Class: c.Class, Code: e.Code, Actor: c.Actor, Retry: c.Retry, Advice: c.Advice,
		RequestID: e.RequestID, RetryAfter: e.retryAfter, Reach: e.reach(),
	}
}

// reach takes what is not of this package for the API's answer. How the API blocks an address is not documented.
func (e *Error) reach() fault.Reach {
	switch e.Code {
	case codeConnectionReset, codeConnectionRefused, "HTTP403": // a page instead of a code
		return fault.Blocked
	case codeEndpointRefused:
		return fault.NoListener
	case codeTimeout:
		return fault.TimedOut
	case codeAnswerLost, codeCanceled, codeConnectionStale, codeDNS, codeTLS, codeProxy, codeNetwork, codeNoCredentials, codeBadCredentials:
		return fault.Unanswered
	}
	return fault.Answered
}
