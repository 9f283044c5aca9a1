package bridge

import (
	"time"

	"sendbridge/core"
)

// Counts are what a Tally has counted. Each event has one outcome, so in all Counts that a Tally gives
// received = sent + duplicate + dropped + dead-lettered + refused + failed, and the Errors sum to the last three.
type Counts struct {
	Events   [core.Failed + 1]int // by Outcome
	Errors   map[ErrorKind]int    // events that were dead-lettered, refused or failed
	Messages map[MessageKind]int  // deliveries, whatever became of their event
	Attempts int                  // calls made for messages, those of duplicates not again
	Took     time.Duration        // by all events together

	Attributes int // optional attributes that were left out, or kept in another form than their sender's
}

// An ErrorKind is what errors are counted by. Codes are bounded: "other" stands for those beyond the first hundred,
// and for what is longer than 64 characters or not printable ASCII. The code is empty where an error has none.
type ErrorKind struct{ Class, Code string }

// A MessageKind is what messages are counted by. The outcome is one of Sent, Duplicate, Refused and Failed; the
// ErrorKind is empty unless it is Refused or Failed.
type MessageKind struct {
	Rule    string
	Outcome core.Outcome
	ErrorKind
}

// Received is the number of events whose outcome is known.
func (c Counts) Received() int {
	sum := 0
	for _, n := range c.Events {
		sum += n
	}
	return sum
}

// Since returns what was counted after an earlier snapshot of the same Tally, kinds of which there was none left out.
func (c Counts) Since(earlier Counts) Counts {
	for outcome, n := range earlier.Events {
		c.Events[outcome] -= n
	}
	c.Errors = since(c.Errors, earlier.Errors)
	c.Messages = since(c.Messages, earlier.Messages)
	c.Attempts -= earlier.Attempts
	c.Took -= earlier.Took
	c.Attributes -= earlier.Attributes
	return c
}

func since[K comparable](now, earlier map[K]int) map[K]int {
	grown := make(map[K]int)
	for k, n := range now {
		if n > earlier[k] {
			grown[k] = n - earlier[k]
		}
	}
	return grown
}
