package webhook

import (
	"fmt"
	"net/http"

	"sendbridge/core"
)

// A fault is an error of a whole request: nothing of it was sent.
type fault struct {
	status int
	code   string // stable, part of the answer's type
	text   string // for the sender: never a secret
	cause  error  // for the log alone, nil where text says all
}

func (f *fault) Error() string     { return f.text }
func (f *fault) Unwrap() error     { return f.cause }
func (f *fault) HTTPStatus() int   { return f.status }
func (f *fault) ErrorCode() string { return f.code }

// Class is empty for a caller who is not let in: that says nothing about the event.
func (f *fault) Class() string {
	switch f.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return ""
	case http.StatusInternalServerError:
		return core.ClassUnknown
	case http.StatusServiceUnavailable:
		return core.ClassTransient
	}
	return core.ClassMessage
}

func (f *fault) Actor() string {
	if f.status >= http.StatusInternalServerError {
		return core.ActorYou
	}
	return core.ActorSender
}

// malformed makes a 400 of core's word that something is not an event; nil of nil.
func malformed(err error) error {
	if err == nil {
		return nil
	}
	return &fault{status: http.StatusBadRequest, code: core.CodeInvalidEvent, text: err.Error()}
}

func invalid(format string, args ...any) error {
	return &fault{status: http.StatusBadRequest, code: core.CodeInvalidEvent, text: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &fault{status: http.StatusUnsupportedMediaType, code: "UnsupportedMediaType", text: fmt.Sprintf(format, args...)}
}
