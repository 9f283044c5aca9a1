package send

import (
	"context"
	"time"
)

// A LeaseFunc asks the fleet for places, each of which allows one call of the API. After any error the process works
// without the fleet. It returns within 50 ms, or at once if it knows that there is no answer.
type LeaseFunc func(context.Context, Ask) (Lease, error)

// An Ask is a process's request to its fleet, with what the process has learned.
type Ask struct {
	Want    int           // places for callers that wait
	Ahead   int           // places for callers who may come in the next moments, if no one waits for those
	Latest  time.Duration // the latest time that is of use to the first caller
	Lead    time.Duration // the expected time until the answer
	Learned Learned
}

// Learned is what a process has learned from the API's answers.
type Learned string

// The values of Learned. The zero value means nothing.
const (
	LearnedOK        Learned = "ok"        // calls succeed
	LearnedThrottled Learned = "throttled" // a call was throttled
	LearnedBlocked   Learned = "blocked"   // the address seems to be blocked
)

// A Lease is the fleet's answer.
type Lease struct {
	Places  []Place
	Wait    time.Duration // if there are no places: the time until there is one
	Blocked bool          // there are no places, because another process is testing whether the address is still blocked
	Trying  bool          // this process must test whether the address is still blocked

	AccountRate, AddressRate float64 // current rates of all processes together, in calls a second
	Processes, Neighbours    int     // processes that asked in the last second, of the account and behind the address
	Born                     int64   // when the fleet's memory started; places from before a restart of the memory are invalid
}

// A Place allows one call. From counts from the arrival of the answer, and Until from the request.
type Place struct{ From, Until time.Duration }
