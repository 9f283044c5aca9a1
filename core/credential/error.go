package credential

import (
	"context"
	"fmt"
	"strings"

	"sendbridge/core/fault"
)

const noCredentialsFrom = "no credentials from "

// An Error says why there are no credentials: who rejected which step with which code, and what to check. It contains no
// token, no secret and no unfiltered answer.
type Error struct {
	fault.Fault // its Code is the cloud's, or one of fault.CredentialCodes

	Provider string  // such as "aws" or "default/oidc_role_arn"
	Cloud    string  // which cloud answered, "AWS" or "Alibaba Cloud"; empty without an answer
	Step     string  // the call, such as "sts:GetWebIdentityToken"; empty if none was made
	Endpoint string  // the URL that did not answer; empty if it answered or there was no call
	Message  string  // for people, one line of up to some hundred bytes
	Status   int     // the HTTP status; 0 without an answer
	Tried    []Tried // the links of a chain in order; nil if it is not a chain's error

	cause error
}

// A Tried is a link of a chain that had no credentials, with its error.
type Tried struct {
	Provider string
	Err      error
}

// Error returns all fields in one line that ends with what to check.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(noCredentialsFrom + e.Provider + ": ")
	switch {
	case e.Cloud != "":
		fmt.Fprintf(&b, "%s rejected %s with %s", e.Cloud, e.Step, e.Code)
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

// Unwrap returns the context's error if it ended the wait, or else nil.
func (e *Error) Unwrap() error { return e.cause }

// newFault returns an error without an answer of a cloud.
func newFault(provider, code, message string) *Error {
	return &Error{
		Fault: fault.Fault{
			Class: fault.ClassCredential, Code: code, Actor: fault.ActorYou, Retry: fault.RetryBackoff, Reach: fault.NotSent,
		},
		Provider: provider, Message: message,
	}
}

func (s *Source) fault(code, message string) *Error { return newFault(s.name, code, message) }

// late returns the error of a caller whose context ended during the fetch. The fetch continues.
func (s *Source) late(ctx context.Context) error {
	e := s.fault(fault.CodeCredentialsLate, "the fetch did not end within the caller's time")
	e.Class, e.cause = fault.ClassTransient, ctx.Err()
	return e
}
