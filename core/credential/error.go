package credential

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	classCredential = "credential"
	classTransient  = "transient"
	classThrottled  = "throttled"

	retryNo      = "no"
	retryBackoff = "backoff"

	actorYou     = "you"
	actorRole    = "role"
	actorAlibaba = "alibaba"

	codePanic      = "CredentialsPanic"      // a library that fetches credentials panicked
	codeIncomplete = "CredentialsIncomplete" // what was fetched lacks a part
	codeLate       = "CredentialsLate"       // class transient: the fetch was not over in the time that the event has; it goes on
	codeOver       = "CredentialsOver"       // the credentials that were fetched have ended already
	codeNoRole     = "NoRole"                // an invocation brought no credentials: the function has no role
	codeNobody     = "IdentityUnknown"       // there is nobody to ask whose the credentials are
)

const noCredentialsFrom = "no credentials from "

// An Error is why there are no credentials: who refused them at which step, with which code, and what to check. It holds
// no token, secret or answer as it came.
type Error struct {
	Provider  string  // such as "aws" or "default/oidc_role_arn"
	Cloud     string  // who answered, "AWS" or "Alibaba Cloud"; empty where nobody did
	Step      string  // the call, such as "sts:GetWebIdentityToken"; empty where none was made
	Endpoint  string  // the URL from which no answer came; empty where there was one, or no call
	Code      string  // the cloud's, or one of this package
	Message   string  // for people; one line of a few hundred bytes
	Status    int     // of HTTP; 0 where there was no answer
	RequestID string  // to be quoted to the cloud's support
	Tried     []Tried // the links of a chain, in order; nil for anything else

	class, retry, actor, advice string
	after                       time.Duration
	cause                       error
}

// A Tried is a link of a chain that had no credentials, and why.
type Tried struct {
	Provider string
	Err      error
}

// Error says all of it in one line, with what to check at its end.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(noCredentialsFrom + e.Provider + ": ")
	switch {
	case e.Cloud != "":
		fmt.Fprintf(&b, "%s refused %s with %s", e.Cloud, e.Step, e.Code)
	case e.Step != "":
		fmt.Fprintf(&b, "%s: %s", e.Step, e.Code)
	default:
		b.WriteString(e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	switch {
	case e.Status != 0 && e.RequestID != "":
		fmt.Fprintf(&b, " (status %d, request %s)", e.Status, e.RequestID)
	case e.Status != 0:
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	if e.advice != "" {
		b.WriteString("; check: " + e.advice)
	}
	return b.String()
}

// Unwrap returns the context's error when that ended the wait, else nil.
func (e *Error) Unwrap() error { return e.cause }

// Class is "credential", or "transient" or "throttled" where time may heal it.
func (e *Error) Class() string { return e.class }

// Retry is "no" where somebody has to act first, else "backoff".
func (e *Error) Retry() string { return e.retry }

// RetryAfter is how long the cloud asked to wait; 0 when it did not.
func (e *Error) RetryAfter() time.Duration { return e.after }

// Actor is who can mend it: "you", who run the bridge, "role", who manages roles and trust, or "alibaba".
func (e *Error) Actor() string { return e.actor }

// Advice is what Actor should check.
func (e *Error) Advice() string { return e.advice }

// ErrorCode returns Code.
func (e *Error) ErrorCode() string { return e.Code }

// ErrorRequestID returns RequestID.
func (e *Error) ErrorRequestID() string { return e.RequestID }

// NoCall is true: the API was not asked, so the error says nothing about it.
func (e *Error) NoCall() bool { return true }

// newFault is an error that no cloud has answered.
func newFault(provider, code, message string) *Error {
	return &Error{
		Provider: provider, Code: code, Message: message,
		class: classCredential, retry: retryBackoff, actor: actorYou,
	}
}

func (s *Source) fault(code, message string) *Error { return newFault(s.name, code, message) }

// late is for a caller who could not wait. The fetch goes on.
func (s *Source) late(ctx context.Context) error {
	e := s.fault(codeLate, "the fetch was not over in the time that the caller had")
	e.class, e.cause = classTransient, ctx.Err()
	return e
}
