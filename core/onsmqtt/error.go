package onsmqtt

import (
	"fmt"
	"strings"
	"time"
)

// An Error is why a call was not acknowledged: what the API or the network answered, and what the table of codes knows
// about it. It holds no URL, payload, token, signature or secret, even where the answer echoed them.
//
// Packages that do not import this one ask for the methods with errors.As.
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

// Class is "message", "throttled", "transient", "credential", "permission", "clock", "unsupported" or "unknown". Only
// "message" is the event's fault.
func (e *Error) Class() string { return find(e.Code).Class }

// Retry says what another attempt should wait for:
//
//	"no"               a change by Actor; the same call fails again
//	"backoff"          a growing delay, a bounded number of times
//	"now"              nothing, once; then a growing delay
//	"refresh"          a forced refresh of the credentials, once; then as "no"
//	"refresh-backoff"  a forced refresh of the credentials, once; then as "backoff"
func (e *Error) Retry() string { return find(e.Code).Retry }

// RetryAfter is how long the API asked to wait, at most one hour; 0 when it gave no hint.
func (e *Error) RetryAfter() time.Duration { return e.retryAfter }

// Actor is who can mend it: "you", who run the bridge; "role", who manages its RAM role; "alibaba"; "sender" of the event.
func (e *Error) Actor() string { return find(e.Code).Actor }

// Advice is one sentence on what Actor should do.
func (e *Error) Advice() string { return find(e.Code).Advice }

// ErrorCode returns Code.
func (e *Error) ErrorCode() string { return e.Code }

// ErrorRequestID returns RequestID.
func (e *Error) ErrorRequestID() string { return e.RequestID }
