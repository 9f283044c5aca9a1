package send

import (
	"context"
	"errors"
	"sync"
	"time"

	"sendbridge/core/fault"
)

// A Share lets calls through in places that the processes of a fleet divide among themselves, so that all of them together
// keep to the quota. While the fleet cannot be asked, the Share uses a limiter of its own. It reports the API's answers to
// both. It is safe for concurrent use.
type Share struct {
	own   *Limiter
	lease LeaseFunc
	turn  chan struct{} // held by the next caller; the others queue for it
	now   func() time.Time

	mu     sync.Mutex
	alone  *alone // nil while the fleet answers
	queue  queue
	state  ShareStatus
	trying bool // this process is testing whether the address is still blocked
	worked bool // a call has succeeded since the last request to the fleet
}

// ShareStatus is the status of a Share and its fleet. Rates are in calls a second.
type ShareStatus struct {
	Alone                    bool    // the fleet cannot be asked, so this process uses its own limiter
	AccountRate, AddressRate float64 // rates of all processes, and of those behind this address
	Processes, Neighbours    int     // processes that asked in the second before this process's last request
	Share                    float64 // this process's rate, if all processes need the same
	Asked, Places, Lapsed    uint64  // requests to the fleet, places that it granted, and places that were not used in time
	Waits                    uint64  // calls that waited for a place
	Waited                   time.Duration
}

// NewShare returns a Share that gets places from lease. It uses own when lease fails.
func NewShare(own *Limiter, lease LeaseFunc) *Share {
	return &Share{own: own, lease: lease, turn: make(chan struct{}, 1), now: time.Now}
}

// errAlone tells waiting callers that the fleet cannot be asked.
var errAlone = errors.New("the fleet cannot be asked")

// Wait returns nil once the call may be made, or an error like Limiter.Wait. While another process of the fleet tests
// whether the address is still blocked, the error is of class transient, with the code AddressBlocked.
func (s *Share) Wait(ctx context.Context) error {
	for {
		if alone, returning := s.whether(); alone != nil {
			if !returning {
				s.ask(Ask{Want: 1, Latest: latestTurn(ctx, s.now()).Sub(s.now())}) // two calls a second test whether the fleet answers
			}
			err := alone.wait(ctx, s.own)
			if !errors.Is(err, errTogether) && (err != nil || !alone.returns()) {
				return err
			}
		}
		// If the fleet is lost while callers wait for its places, they wait for the own limiter, even those that it has let
		// through before. Otherwise all of them would call at once.
		if err := s.place(ctx); !errors.Is(err, errAlone) {
			return err
		}
	}
}

// Status returns the current status.
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

// Rate returns the rate that this process can reach now: its address's rate, or its own limiter's without the fleet. 0
// means no limit.
func (s *Share) Rate() float64 {
	st := s.Status()
	if st.Alone || st.Processes == 0 {
		return s.own.Rate()
	}
	return min(st.AccountRate, st.AddressRate)
}

// Feedback reports the outcome of each call, nil for success, for all processes of the fleet. A throttled answer halves the
// account's rate, at most once a second, and successes raise it again.
func (s *Share) Feedback(err error) {
	s.own.Feedback(err)
	switch {
	case err == nil:
		if s.succeeded() {
			s.ask(Ask{Learned: LearnedOK}) // the other processes wait for this
		}
	case fault.Of(err).Class == fault.ClassThrottled && made(err):
		s.ask(Ask{Learned: LearnedThrottled})
	}
}

// Halve halves the ceiling of the address's rate for every process behind the address, after the API has blocked it. The
// other processes make no calls until this process, or another one in its place, finds that the address is not blocked
// anymore.
func (s *Share) Halve() {
	s.own.Halve()
	s.mu.Lock()
	s.worked = false
	s.mu.Unlock()
	s.ask(Ask{Learned: LearnedBlocked})
}

// succeeded records a successful call and reports whether the fleet must get the news at once.
func (s *Share) succeeded() (urgent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worked = true
	urgent, s.trying = s.trying, false
	return urgent
}

// whether returns the time without the fleet, nil if the fleet answers, and whether that time is ending.
func (s *Share) whether() (a *alone, returning bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.alone == nil {
		return nil, false
	}
	return s.alone, s.alone.returns()
}
