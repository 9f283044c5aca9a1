package core

import "fmt"

// An Unfinished is the error of an event of which some messages have no MsgID yet, but a retry may succeed.
type Unfinished struct {
	Sent, Messages int   // number of messages with a MsgID, and of all messages
	Resumes        bool  // a retry within the dedup window in the same process sends only the rest
	Cause          error // the most severe error of a message
}

// Error returns Progress and the cause.
func (u *Unfinished) Error() string { return u.Progress() + ": " + u.Cause.Error() }

// Unwrap returns Cause, which determines the class.
func (u *Unfinished) Unwrap() error { return u.Cause }

// Progress returns how many messages were sent and what a retry does. It does not contain the cause, so any sender may see
// it.
func (u *Unfinished) Progress() string {
	said := fmt.Sprintf("%d of %d messages sent", u.Sent, u.Messages)
	switch {
	case u.Sent == 0:
		return said
	case u.Resumes:
		return said + ", a retry sends the rest"
	}
	return said + ", a retry sends all of them again, because the event has no id or there is no dedup window"
}
