package send

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// settling is how long a process still keeps to its own limiter as well once the fleet answers again: the others may not
// have noticed yet, and until they do they use what they have alone.
const settling = 750 * time.Millisecond

// alone is a time without the fleet. It ends once, for all who wait in it.
type alone struct {
	over   context.Context
	end    context.CancelFunc
	coming atomic.Pointer[time.Timer] // set while the fleet answers again
}

// errTogether says that a time without the fleet is over, to whoever waited in it.
var errTogether = errors.New("the fleet answers again")

func newAlone() *alone {
	a := new(alone)
	a.over, a.end = context.WithCancel(context.Background())
	return a
}

// returns says whether the fleet answers again.
func (a *alone) returns() bool { return a.coming.Load() != nil }

// wait waits for the limiter, or until the time without the fleet is over.
func (a *alone) wait(ctx context.Context, own *Limiter) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.over, cancel)()
	err := own.Wait(ctx)
	if err != nil && a.over.Err() != nil && errors.Is(err, context.Canceled) {
		return errTogether
	}
	return err
}
