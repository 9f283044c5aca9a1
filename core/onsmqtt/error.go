package onsmqtt

import (
	"fmt"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// An Error says why a call was not acknowledged: what the API or the network answered, and what the table of codes says
// about it. It contains no URL, payload, token, signature or secret, even if the answer repeated them.
//
// It is a fault.Describer: use fault.Of for its class, its retry and so on.
type Error struct {
	Code      string // the API's code, or one that Codes lists with status 0; such as "HTTP502" for an answer without a code
	Message   string // for people, one line of up to some hundred bytes
	Status    int    // the HTTP status; 0 without an answer
	RequestID string // for Alibaba Cloud's support; may be empty

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

// Unwrap returns the context's error if it ended the call, the provider's if there were no credentials, or else nil.
func (e *Error) Unwrap() error { return e.cause }

// Describe returns what the table of codes says about the error, and how far the call got. RetryAfter is the time that the
// API asked for, at most one hour, or 0.
func (e *Error) Describe() fault.Fault {
	c := find(e.Code)
	return fault.Fault{
		Class: c.Class, Code: e.Code, Actor: c.Actor, Retry: c.Retry, Advice: c.Advice,
		RequestID: e.RequestID, RetryAfter: e.retryAfter, Reach: e.reach(),
	}
}

// reach treats every code that is not of this package as an answer of the API. How the API blocks an address is not
// documented.
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
