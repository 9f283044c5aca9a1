package inlet

import "errors"

// An Error says why a request to an inlet is not taken. Its text is for the sender, and helps nobody to forge.
type Error struct {
	Code  string // stable
	Text  string
	Later bool  // the same request may be taken later; otherwise it does not prove who sent it
	Cause error // for the log alone; nil where the text says all
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// unproven is the error of a request that does not prove who sent it. The reason is for the log alone.
func unproven(reason string) error {
	return &Error{Code: "Unauthenticated", Text: "the request does not prove who sent it", Cause: errors.New(reason)}
}
