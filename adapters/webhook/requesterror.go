package webhook

import (
	"fmt"
	"net/http"
	"time"

	"sendbridge/core/fault"
)

// A requestError is an error of a whole request: nothing of it was sent.
type requestError struct {
	status int
	code   string        // stable, part of the answer's type
	text   string        // for the sender: never a secret
	cause  error         // for the log alone, nil where text says all
	wait   time.Duration // until the same request may be taken; 0 where its class says
}

// Refusal is an error for Refuse: status is that of the answer, code is stable, and text is for the sender.
func Refusal(status int, code, text string) error {
	return &requestError{status: status, code: code, text: text}
}

func (f *requestError) Error() string { return f.text }
func (f *requestError) Unwrap() error { return f.cause }

// Describe leaves the class of a caller who is not let in empty: that says nothing about the event.
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

// malformed makes a 400 of core's word that something is not an event; nil of nil.
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
