package inlet

import "errors"

// An Error says why an inlet rejects a request. Its text is for the sender and does not help to forge one.
type Error struct {
	Code  string // stable
	Text  string
	Later bool  // a retry may succeed; if false, the sender is not authenticated
	Cause error // only for the log; nil if the text is complete
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// rejected returns the error for an unauthenticated request. The reason is only for the log.
func rejected(reason string) error {
	return &Error{Code: "Unauthenticated", Text: "the request does not prove who sent it", Cause: errors.New(reason)}
}
