package credential

import (
	"context"
	"fmt"
	"strings"

	"sendbridge/core/fault"
)

const noCredentialsFrom = "no credentials from "

// An Error is why there are no credentials: who refused them at which step, with which code, and what to check. It holds
// no token, secret or answer as it came.
type Error struct {
	fault.Fault // its Code is the cloud's, or one of fault.CredentialCodes

	Provider string  // such as "aws" or "default/oidc_role_arn"
	Cloud    string  // who answered, "AWS" or "Alibaba Cloud"; empty without an answer
	Step     string  // the call, such as "sts:GetWebIdentityToken"; empty where none was made
	Endpoint string  // the URL from which no answer came; empty where there was one, or no call
	Message  string  // for people; one line of a few hundred bytes
	Status   int     // of HTTP; 0 where there was no answer
	Tried    []Tried // the links of a chain, in order; nil for anything else

	cause error
}

// A Tried is a link of a chain that had no credentials, and why.
type Tried struct {
	Provider string
	Err      error
}

// Error gives all fields in one line, and ends with what to check.
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
	if e.Advice != "" {
		b.WriteString("; check: " + e.Advice)
	}
	return b.String()
}

// Unwrap returns the context's error when that ended the wait, else nil.
func (e *Error) Unwrap() error { return e.cause }

// newFault is an error that no cloud has answered.
func newFault(provider, code, message string) *Error {
	return &Error{
		Fault: fault.Fault{
			Class: fault.ClassCredential, Code: code, Actor: fault.ActorYou, Retry: fault.RetryBackoff, Reach: fault.NoCall,
		},
		Provider: provider, Message: message,
	}
}

func (s *Source) fault(code, message string) *Error { return newFault(s.name, code, message) }

// late is the error of a caller whose context ended during the fetch, which goes on.
func (s *Source) late(ctx context.Context) error {
	e := s.fault(fault.CodeCredentialsLate, "the fetch was not over in the time that the caller had")
	e.Class, e.cause = fault.ClassTransient, ctx.Err()
	return e
}
