package send

import (
	"time"

	"sendbridge/core/fault"
)

const (
	slowest       = 1.0         // calls a second, whatever happens
	patience      = time.Second // one lowering of the rate shows its effect after so long, as quotas count by the second
	increaseShare = 0.02        // of the ceiling, gained in each second of success
)

// An aimd is a rate in calls a second that falls fast and rises slowly, so that processes which know nothing of each
// other share a quota.
type aimd struct {
	ceiling, current float64
	halved, raised   time.Time
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
	switch now := l.now(); {
	case err != nil:
		if l.aimd.decrease(now) {
			l.apply(now)
		}
	case l.aimd.current < l.aimd.ceiling:
		l.aimd.increase(now)
		l.apply(now)
	}
}

// Halve halves the rate's ceiling for good, though not below one call a second: an address was blocked.
func (l *Limiter) Halve() {
	if l.bucket == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.aimd.ceiling = max(slowest, l.aimd.ceiling/2)
	l.aimd.current = min(l.aimd.current, l.aimd.ceiling)
	l.apply(l.now())
}

func (l *Limiter) apply(now time.Time) {
	refill, burst := bucketOf(l.aimd.current)
	l.bucket.SetLimitAt(now, refill)
	l.bucket.SetBurstAt(now, burst)
}
