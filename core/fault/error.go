package fault

import (
	"fmt"
	"runtime"
)

// An Error is a text with a Fault, for errors that need no type of their own.
type Error struct {
	Fault
	Text  string // what is wrong, the invalid value, and what is allowed
	Cause error  // the wrapped error or nil; Text must contain everything of it that may be shown
}

// Error returns Text.
func (e *Error) Error() string { return e.Text }

// Unwrap returns Cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns an error with the class of its code, see EventCodes and CredentialCodes. An unknown code has class unknown.
func New(code, actor, format string, args ...any) *Error {
	return &Error{Fault: Fault{Class: classOf(code), Code: code, Actor: actor}, Text: fmt.Sprintf(format, args...)}
}

// Panic returns an error for a recovered panic. It quotes only the runtime's own panics, with the format known. Other
// panics may contain parts of an event, so the format other only gets their type, %T.
func Panic(known, other string, p any) error {
	if err, ok := p.(runtime.Error); ok {
		return fmt.Errorf(known, err)
	}
	return fmt.Errorf(other, p)
}
