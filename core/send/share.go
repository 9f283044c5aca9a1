package send

import (
	"context"
	"errors"
	"sync"
	"time"

	"sendbridge/core/fault"
)

// A Share lets calls through in places that the processes of a fleet divide among themselves, so that all of them together
// keep to the quota, whatever their number. While the fleet cannot be asked, it keeps to a limiter of its own. What the
// API's answers teach, it tells both. It is safe for concurrent use.
type Share struct {
	own   *Limiter
	lease LeaseFunc
	turn  chan struct{} // held by the caller who is next; the others queue for it
	now   func() time.Time

	mu     sync.Mutex
	alone  *alone // nil while the fleet answers
	queue  queue
	state  ShareStatus
	trying bool // this process finds out whether the address is still blocked
	worked bool // a call has succeeded since the fleet was last asked
}

// ShareStatus is what a Share knows of its fleet. Rates are in calls a second.
type ShareStatus struct {
	Alone                    bool    // the fleet cannot be asked: the limiter of this process alone decides
	AccountRate, AddressRate float64 // of all processes, and of those behind this address
	Processes, Neighbours    int     // that asked in the second before this one last did
	Share                    float64 // of this process, if all those want as much as it does
	Asked, Places, Lapsed    uint64  // how often the fleet was asked, the places it gave, and those that were not used in time
	Waits                    uint64  // calls that waited for a place
	Waited                   time.Duration
}

// NewShare returns a share of what lease gives, with a limiter for when it gives nothing.
func NewShare(own *Limiter, lease LeaseFunc) *Share {
	return &Share{own: own, lease: lease, turn: make(chan struct{}, 1), now: time.Now}
}

// errAlone says that the fleet cannot be asked, to whoever waits for a place.
var errAlone = errors.New("the fleet cannot be asked")

// Wait lets one call through and returns nil, or refuses it as Limiter.Wait does. An address that another process of the
// fleet found to be blocked is an error of class transient, with the code AddressBlocked.
func (s *Share) Wait(ctx context.Context) error {
	for {
		alone, returning := s.whether()
		if alone == nil {
			if err := s.place(ctx); !errors.Is(err, errAlone) {
				return err
			}
			continue
		}
		if !returning {
			s.ask(Ask{Want: 1, Latest: latestTurn(ctx, s.now()).Sub(s.now())}) // two calls a second find out
		}
		switch err := alone.wait(ctx, s.own); {
		case errors.Is(err, errTogether):
			continue
		case err != nil || !alone.returns():
			return err
		}
		if err := s.place(ctx); !errors.Is(err, errAlone) {
			return err
		}
		return nil
	}
}

// Status is what is known now.
func (s *Share) Status() ShareStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.Alone = s.alone != nil
	if st.Processes > 0 {
		st.Share = min(st.AccountRate/float64(st.Processes), st.AddressRate/float64(st.Neighbours))
	}
	return st
}

// Rate is the rate that this process may reach now: that of its address, or while it is alone its own. 0 is no limit.
func (s *Share) Rate() float64 {
	st := s.Status()
	if st.Alone || st.Processes == 0 {
		return s.own.Rate()
	}
	return min(st.AccountRate, st.AddressRate)
}

// Feedback takes the outcome of each call, nil for success, for all processes of the fleet: a throttled answer halves the
// account's rate, at most once a second, and successes raise it again.
func (s *Share) Feedback(err error) {
	s.own.Feedback(err)
	switch {
	case err == nil:
		if s.succeeded() {
			s.ask(Ask{Learned: LearnedOK}) // the others wait to hear it
		}
	case fault.Of(err).Class == fault.ClassThrottled && made(err):
		s.ask(Ask{Learned: LearnedThrottled})
	}
}

// Halve halves the ceiling of the address's rate, for every process behind it: an address was blocked. The others make no
// calls until this process has found that it is not blocked any more, or somebody else tries in its stead.
func (s *Share) Halve() {
	s.own.Halve()
	s.mu.Lock()
	s.worked = false
	s.mu.Unlock()
	s.ask(Ask{Learned: LearnedBlocked})
}

// succeeded notes that a call has succeeded, and says whether the fleet must hear of it at once.
func (s *Share) succeeded() (urgent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worked = true
	urgent, s.trying = s.trying, false
	return urgent
}

// whether this process is alone, and comes back.
func (s *Share) whether() (a *alone, returning bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.alone == nil {
		return nil, false
	}
	return s.alone, s.alone.returns()
}
