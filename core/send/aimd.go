package send

import (
	"time"

	"sendbridge/core/fault"
)

const (
	slowest       = 1.0         // calls a second, the minimum rate
	patience      = time.Second // time until a lower rate has an effect, because quotas count by the second
	increaseShare = 0.02        // part of the ceiling that each second of success adds

	steady = 30 * time.Minute // how long a halved ceiling stays
	whole  = time.Hour        // time without a block after which the ceiling is full again
)

// An aimd is a rate in calls a second that falls fast and rises slowly, so that processes that do not know each other can
// share a quota.
type aimd struct {
	full             float64 // the configured ceiling
	ceiling, current float64
	halved, raised   time.Time
	low              float64   // the ceiling after the last block
	blocked          time.Time // the time of the last block
}

// lower halves the ceiling.
func (s *aimd) lower(now time.Time) {
	s.ceiling = max(slowest, s.ceiling/2)
	s.current = min(s.current, s.ceiling)
	s.low, s.blocked = s.ceiling, now
}

// recover raises a halved ceiling by the time since the last block. A rate at the ceiling rises with it. Other rates rise
// only with success.
func (s *aimd) recover(now time.Time) (changed bool) {
	passed := now.Sub(s.blocked)
	if s.ceiling >= s.full || passed < steady {
		return false
	}
	before := s.ceiling
	s.ceiling = s.full
	if passed < whole {
		s.ceiling = s.low + (s.full-s.low)*float64(passed-steady)/float64(whole-steady)
	}
	if s.current >= before {
		s.current = s.ceiling
	}
	return true
}

// decrease halves the rate for a throttled answer, unless the rate was lowered so recently that the answer is for a call
// made before.
func (s *aimd) decrease(now time.Time) bool {
	if now.Sub(s.halved) < patience {
		return false
	}
	s.current = max(slowest, s.current/2)
	s.halved, s.raised = now, now
	return true
}

// increase raises the rate by the time that passed with success, at most one second after a pause.
func (s *aimd) increase(now time.Time) {
	passed := min(now.Sub(s.raised), time.Second)
	s.current = min(s.ceiling, s.current+s.ceiling*increaseShare*passed.Seconds())
	s.raised = now
}

// Rate returns the current rate in calls a second; 0 means no limit.
func (l *Limiter) Rate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bucket != nil {
		l.recover(l.now())
	}
	return l.aimd.current
}

// Feedback reports the outcome of each call, nil for success. An answer of class throttled halves the rate, at most once a
// second and not below one call a second. Successes raise the rate again, by a fiftieth of its ceiling a second.
func (l *Limiter) Feedback(err error) {
	if l.bucket == nil || err != nil && (fault.Of(err).Class != fault.ClassThrottled || !made(err)) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.recover(now)
	switch {
	case err != nil:
		if l.aimd.decrease(now) {
			l.apply(now)
		}
	case l.aimd.current < l.aimd.ceiling:
		l.aimd.increase(now)
		l.apply(now)
	}
}

// Halve halves the rate's ceiling, but not below one call a second, after the API has blocked this address. The ceiling
// stays halved for half an hour, then rises steadily, and is full again an hour after the last Halve.
func (l *Limiter) Halve() {
	if l.bucket == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.recover(now)
	l.aimd.lower(now)
	l.apply(now)
}

// recover raises a halved ceiling. Callers hold the lock.
func (l *Limiter) recover(now time.Time) {
	if l.aimd.recover(now) {
		l.apply(now)
	}
}

func (l *Limiter) apply(now time.Time) {
	refill, burst := bucketOf(l.aimd.current)
	l.bucket.SetLimitAt(now, refill)
	l.bucket.SetBurstAt(now, burst)
}
