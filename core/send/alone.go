package send

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// settling is how long a process still respects its own limiter once the fleet answers again. Until the other processes
// notice that the fleet answers, they use their own limiters.
const settling = 750 * time.Millisecond

// alone is a time without the fleet. It ends once, for all callers that wait in it.
type alone struct {
	over   context.Context
	end    context.CancelFunc
	coming atomic.Pointer[time.Timer] // set once the fleet answers again
}

// errTogether tells waiting callers that the fleet answers again.
var errTogether = errors.New("the fleet answers again")

func newAlone() *alone {
	a := new(alone)
	a.over, a.end = context.WithCancel(context.Background())
	return a
}

// returns reports whether the fleet answers again.
func (a *alone) returns() bool { return a.coming.Load() != nil }

// wait waits for the limiter, or until the time without the fleet ends.
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
