package bridge

import (
	"time"

	"sendbridge/core"
)

// Counts are the counts of a Tally. Each event has one outcome, so in all Counts of a Tally received = sent + duplicate +
// dropped + dead-lettered + refused + failed, and the Errors sum to the last three.
type Counts struct {
	Events   [core.Failed + 1]int // events by Outcome
	Errors   map[ErrorKind]int    // events that were dead-lettered, refused or failed
	Messages map[MessageKind]int  // deliveries, independent of their event's outcome
	Attempts int                  // calls made for messages; a duplicate's calls are not counted again
	Took     time.Duration        // sum of all events

	Attributes int // optional attributes that were left out or changed
}

// An ErrorKind is the class and code by which errors are counted. The number of codes is limited: "other" replaces codes
// beyond the first hundred, and codes that are longer than 64 characters or not printable ASCII. The code is empty if the
// error has none.
type ErrorKind struct{ Class, Code string }

// A MessageKind is the kind by which messages are counted. The outcome is Sent, Duplicate, Refused or Failed. The ErrorKind
// is empty unless the outcome is Refused or Failed.
type MessageKind struct {
	Rule    string
	Outcome core.Outcome
	ErrorKind
}

// Received returns the number of events whose outcome is known.
func (c Counts) Received() int {
	sum := 0
	for _, n := range c.Events {
		sum += n
	}
	return sum
}

// Since returns the counts since an earlier snapshot of the same Tally, without kinds that have not increased.
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
