package fault

import (
	"fmt"
	"runtime"
)

// An Error is a text with a Fault, for those that need no type of their own.
type Error struct {
	Fault
	Text  string // what is wrong, with the offending value, and what is allowed
	Cause error  // stays in the chain, nil for none; Text says whatever of it is fit to be shown
}

// Error returns Text.
func (e *Error) Error() string { return e.Text }

// Unwrap returns Cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns an error with the code's class: see EventCodes and CredentialCodes. A code that neither has is of class
// unknown.
func New(code, actor, format string, args ...any) *Error {
	return &Error{Fault: Fault{Class: classOf(code), Code: code, Actor: actor}, Text: fmt.Sprintf(format, args...)}
}

// Panic makes an error of a recovered panic. Only the runtime's own panics are quoted, by the format known: others may
// hold what was in an event, so the format other gets them for their type, %T.
func Panic(known, other string, p any) error {
	if err, ok := p.(runtime.Error); ok {
		return fmt.Errorf(known, err)
	}
	return fmt.Errorf(other, p)
}
