package core

import "fmt"

// Unfinished is the error of an event some messages of which have no MsgID yet, though they may have one later.
type Unfinished struct {
	Sent, Messages int   // how many have a MsgID, of how many
	Resumes        bool  // a retry within the dedup window, to the same process, sends only the others
	Cause          error // the message's error that counts most
}

// Error returns Progress and the cause.
func (u *Unfinished) Error() string { return u.Progress() + ": " + u.Cause.Error() }

// Unwrap returns Cause, by which the error is classified.
func (u *Unfinished) Unwrap() error { return u.Cause }

// Progress says how far the event got and what a retry does. It tells nothing of the cause, so that any sender may see it.
func (u *Unfinished) Progress() string {
	said := fmt.Sprintf("%d of %d messages sent", u.Sent, u.Messages)
	switch {
	case u.Sent == 0:
		return said
	case u.Resumes:
		return said + ", a retry goes on from there"
	}
	return said + ", a retry sends them again: the event has no id of its own, or there is no dedup window"
}
