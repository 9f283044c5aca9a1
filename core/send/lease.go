package send

import (
	"context"
	"time"
)

// A LeaseFunc asks the fleet for places to call the API in. Any error means that the fleet cannot be asked: the process goes
// on by itself. It returns within 50 ms, or at once where it is known that there is no answer.
type LeaseFunc func(context.Context, Ask) (Lease, error)

// An Ask is what a process wants of its fleet, and what it has learned.
type Ask struct {
	Want    int           // places for callers who wait
	Ahead   int           // places for callers who may come in the next moments, if no one waits for those
	Latest  time.Duration // until the latest moment that is of use to the first caller
	Lead    time.Duration // that the answer will take
	Learned Learned
}

// Learned is what the API's answers have shown a process.
type Learned string

// What can be learned. The zero value is nothing.
const (
	LearnedOK        Learned = "ok"        // calls succeed
	LearnedThrottled Learned = "throttled" // a call was throttled
	LearnedBlocked   Learned = "blocked"   // the address seems to be blocked
)

// A Lease is what a fleet answers.
type Lease struct {
	Places  []Place
	Wait    time.Duration // without places: until there is one
	Blocked bool          // no places, because another process finds out whether the address is still blocked
	Trying  bool          // this process is the one who finds out

	AccountRate, AddressRate float64 // of all together now, in calls a second
	Processes, Neighbours    int     // that asked in the last second: of the account, and behind the address
	Born                     int64   // when the fleet's memory began: places from before another beginning are void
}

// A Place is room for one call: from a moment, counted from when the answer came, until another, counted from when it was
// asked for.
type Place struct{ From, Until time.Duration }
