package webhook

import (
	"fmt"
	"net/http"
	"time"

	"sendbridge/core/fault"
)

// A requestError is an error of a whole request. Nothing of the request was sent.
type requestError struct {
	status int
	code   string        // stable, part of the answer's type
	text   string        // for the sender: never a secret
	cause  error         // only for the log; nil if text is complete
	wait   time.Duration // until a retry may succeed; 0 means the default of the class
}

// Refusal returns an error for Refuse: status is the answer's status, code is stable, and text is for the sender.
func Refusal(status int, code, text string) error {
	return &requestError{status: status, code: code, text: text}
}

func (f *requestError) Error() string { return f.text }
func (f *requestError) Unwrap() error { return f.cause }

// Describe leaves the class empty for a sender that is not authenticated, because that says nothing about the event.
func (f *requestError) Describe() fault.Fault {
	d := fault.Fault{Class: fault.ClassMessage, Code: f.code, Actor: fault.ActorSender, RetryAfter: f.wait}
	switch f.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		d.Class = ""
	case http.StatusInternalServerError:
		d.Class = fault.ClassUnknown
	case http.StatusServiceUnavailable:
		d.Class = fault.ClassTransient
	}
	if f.status >= http.StatusInternalServerError {
		d.Actor = fault.ActorYou
	}
	return d
}

// malformed converts core's error about an invalid event to a 400. It returns nil for nil.
func malformed(err error) error {
	if err == nil {
		return nil
	}
	return &requestError{status: http.StatusBadRequest, code: fault.CodeInvalidEvent, text: err.Error()}
}

func invalid(format string, args ...any) error {
	return &requestError{status: http.StatusBadRequest, code: fault.CodeInvalidEvent, text: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &requestError{status: http.StatusUnsupportedMediaType, code: "UnsupportedMediaType", text: fmt.Sprintf(format, args...)}
}
