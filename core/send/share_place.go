package send

import (
	"context"
	"errors"
	"time"

	"sendbridge/core/fault"
)

// place waits for a place of the fleet. It returns errAlone if the fleet cannot be asked.
func (s *Share) place(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	began := s.now()
	latest, through, err := s.enter(ctx, began)
	if through || err != nil {
		return err
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return s.leave(ctx)
	}
	for {
		until, asked, done, err := s.next(latest)
		if done {
			s.waited(began)
			return err
		}
		timer := time.NewTimer(until.Sub(s.now()))
		select {
		case <-asked:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return s.leave(ctx)
		}
		timer.Stop()
	}
}

// enter lets a caller through, or adds it to the queue until the latest time for its call, or returns LimiterFull.
func (s *Share) enter(ctx context.Context, now time.Time) (latest time.Time, through bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.queue
	q.arrive(now)
	s.state.Lapsed += uint64(q.lapse(now))
	if q.waiting == 0 && s.take(now) {
		if q.short() {
			s.startAsking(now) // the next caller finds a place, and does not wait for Redis
		}
		return now, true, nil
	}
	latest = latestTurn(ctx, now)
	if now.Before(q.blocked) {
		return latest, false, s.blockedElsewhere()
	}
	// The only caller in the queue asks the fleet, because the known wait may be outdated.
	if wait := q.waitFor(q.waiting+1, now); q.waiting > 0 && now.Add(wait).After(latest) {
		return latest, false, s.full(wait, nil)
	}
	q.wait(latest)
	return latest, false, nil
}

// take uses a place whose time has come, if there is one, and counts those that are over.
func (s *Share) take(now time.Time) bool {
	s.state.Lapsed += uint64(s.queue.lapse(now))
	return s.queue.take(now)
}

// next decides about the next caller, or returns until when there is nothing to do unless an answer arrives.
func (s *Share) next(latest time.Time) (until time.Time, asked <-chan struct{}, done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := &s.queue, s.now()
	switch {
	case s.alone != nil && !s.alone.returns():
		err = errAlone
	case s.take(now):
	case now.Before(q.blocked):
		err = s.blockedElsewhere()
	case now.Before(q.askAgain) && q.free.After(latest):
		err = s.full(q.free.Sub(now), nil)
	default:
		if q.due(now) {
			s.startAsking(now)
		}
		if until = q.next(latest); !until.After(latest) {
			return until, q.asking, false, nil
		}
		err = s.full(until.Sub(now), nil)
	}
	q.waiting--
	return now, nil, true, err
}

// startAsking asks for places for all waiting callers. If a caller goes away meanwhile, others use its place.
func (s *Share) startAsking(now time.Time) {
	q := &s.queue
	a := Ask{Want: max(0, q.waiting-len(q.places)), Latest: q.latest.Sub(now), Lead: q.lead}
	if q.waiting <= 1 {
		a.Ahead = q.ahead()
	}
	if s.worked {
		a.Learned, s.worked = LearnedOK, false
	}
	asked := make(chan struct{})
	q.asking = asked
	go func() {
		defer close(asked)
		s.ask(a)
		s.mu.Lock()
		defer s.mu.Unlock()
		q.asking = nil
	}()
}

// ask asks the fleet and applies the answer.
func (s *Share) ask(a Ask) {
	sent := s.now()
	l, err := s.lease(context.Background(), a)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if err != nil {
		s.leaveFleet()
		return
	}
	s.joinFleet()
	st := &s.state
	st.Asked++
	st.Places += uint64(len(l.Places))
	st.AccountRate, st.AddressRate = l.AccountRate, l.AddressRate
	s.trying = l.Trying
	if a.Want+a.Ahead > 0 {
		st.Processes, st.Neighbours = l.Processes, l.Neighbours
		st.Lapsed += uint64(s.queue.add(a, l, sent, now))
	} else if a.Learned != LearnedOK {
		st.Lapsed += uint64(len(s.queue.places))
		s.queue.places = nil // they were granted at a rate that was too high
	}
}

// leaveFleet and joinFleet are called after each failed and each successful request to the fleet.
func (s *Share) leaveFleet() {
	switch {
	case s.alone == nil:
		s.alone = newAlone()
		s.own.drain() // the fleet may have used its whole quota in this second, and all of its processes leave it now
	case s.alone.returns():
		s.alone.coming.Swap(nil).Stop()
	}
	s.queue.places, s.queue.gap = nil, 0
}

func (s *Share) joinFleet() {
	a := s.alone
	if a == nil || a.returns() {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(settling, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.alone == a && a.coming.Load() == timer {
			s.alone = nil
			a.end()
		}
	})
	a.coming.Store(timer)
}

// leave removes a caller from the queue, because it went away or its time is over.
func (s *Share) leave(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.waiting--
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return s.full(s.queue.waitFor(s.queue.waiting+1, s.now()), ctx.Err())
}

func (s *Share) waited(began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Waits++
	s.state.Waited += s.now().Sub(began)
}

func (s *Share) full(wait time.Duration, cause error) error {
	return limiterFull(" of the fleet", min(s.state.AccountRate, s.state.AddressRate), wait, cause)
}

func (s *Share) blockedElsewhere() error {
	return notSent(fault.CodeAddressBlocked, s.queue.blockedBy, nil,
		"no call: another process of the fleet is testing whether the API has blocked this address")
}
