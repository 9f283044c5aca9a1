package send

import (
	"time"

	"sendbridge/core/fault"
)

const (
	slowest       = 1.0         // calls a second, whatever happens
	patience      = time.Second // one lowering of the rate shows its effect after so long, as quotas count by the second
	increaseShare = 0.02        // of the ceiling, gained in each second of success

	steady = 30 * time.Minute // a ceiling that was halved stays so long
	whole  = time.Hour        // after so long without a block the ceiling is what it was at first
)

// An aimd is a rate in calls a second that falls fast and rises slowly, so that processes which know nothing of each
// other share a quota.
type aimd struct {
	full             float64 // the ceiling as it was set
	ceiling, current float64
	halved, raised   time.Time
	low              float64   // the ceiling after the last block
	blocked          time.Time // when that was
}

// lower halves the ceiling.
func (s *aimd) lower(now time.Time) {
	s.ceiling = max(slowest, s.ceiling/2)
	s.current = min(s.current, s.ceiling)
	s.low, s.blocked = s.ceiling, now
}

// recover raises a ceiling that was halved, by the time since the last block. A rate that has reached its ceiling rises with
// it; another is raised by success alone.
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

// decrease halves the rate for a throttled answer. Those that come soon after speak of calls made before.
func (s *aimd) decrease(now time.Time) bool {
	if now.Sub(s.halved) < patience {
		return false
	}
	s.current = max(slowest, s.current/2)
	s.halved, s.raised = now, now
	return true
}

// increase raises the rate for the time that passed with success, of which an idle caller can claim a second.
func (s *aimd) increase(now time.Time) {
	passed := min(now.Sub(s.raised), time.Second)
	s.current = min(s.ceiling, s.current+s.ceiling*increaseShare*passed.Seconds())
	s.raised = now
}

// Rate is the rate now, in calls a second; 0 means no limit.
func (l *Limiter) Rate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bucket != nil {
		l.recover(l.now())
	}
	return l.aimd.current
}

// Feedback takes the outcome of each call, nil for success. An answer of class throttled halves the rate, at most once
// a second and not below one call a second. Successes raise it again, by a fiftieth of its ceiling a second.
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

// Halve halves the rate's ceiling, though not below one call a second: an address was blocked. The ceiling stays so for
// half an hour, then rises steadily, and is what it was at first an hour after the last Halve.
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

// recover lets a ceiling that was halved rise. Callers hold the lock.
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
