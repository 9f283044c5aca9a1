package send

import (
	"math"
	"time"
)

const (
	earlier       = 10 * time.Millisecond // places are requested this long before the last known place
	lasts         = 12 * time.Millisecond // how long a place that is free now can be used
	slowestAnswer = 40 * time.Millisecond // a longer answer is too late
)

// A queue has the callers that wait for places, and the places that the fleet has granted.
type queue struct {
	waiting int       // callers that still wait
	latest  time.Time // latest time at which any of them can use a place
	places  []granted // ordered by time
	last    time.Time
	gap     time.Duration // recent time between two places of this process
	asking  chan struct{} // closed when the requested places arrive; nil without a request
	lead    time.Duration // recent duration of an answer
	born    int64

	askAgain  time.Time     // no place was free, so do not ask before this time
	free      time.Time     // when a place will be free, valid until askAgain
	blocked   time.Time     // another process is testing whether the address is blocked, so do not ask before this time
	blockedBy time.Duration // how long that test takes

	rate float64 // arriving callers a second
	came time.Time
}

// granted is a place that is not used yet.
type granted struct{ from, until time.Time }

// arrive counts a caller for ahead.
func (q *queue) arrive(now time.Time) {
	const memory = 0.2 // s
	q.rate = q.rate*math.Exp(-now.Sub(q.came).Seconds()/memory) + 1/memory
	q.came = now
}

// wait adds a caller that can use a place until latest.
func (q *queue) wait(latest time.Time) {
	if q.waiting == 0 || latest.After(q.latest) {
		q.latest = latest
	}
	q.waiting++
}

// ahead returns how many callers are expected while a place that is free now lasts.
func (q *queue) ahead() int { return int(math.Round(q.rate * lasts.Seconds())) }

// short reports whether callers are expected that will find no place, although none are waiting.
func (q *queue) short() bool { return len(q.places) == 0 && q.asking == nil && q.ahead() > 0 }

// lapse removes expired places and returns their number.
func (q *queue) lapse(now time.Time) (n int) {
	for n < len(q.places) && q.places[n].until.Before(now) {
		n++
	}
	q.places = q.places[n:]
	return n
}

// take uses the next place if its time has come.
func (q *queue) take(now time.Time) bool {
	if len(q.places) == 0 || q.places[0].from.After(now) {
		return false
	}
	q.places = q.places[1:]
	return true
}

// due reports whether more places must be requested.
func (q *queue) due(now time.Time) bool {
	switch {
	case q.asking != nil, q.waiting <= len(q.places), now.Before(q.askAgain):
		return false
	case len(q.places) == 0:
		return true
	}
	return q.places[len(q.places)-1].from.Sub(now) <= earlier+q.lead
}

// waitFor returns how long the n-th caller waits, as far as known.
func (q *queue) waitFor(n int, now time.Time) time.Duration {
	if n <= len(q.places) {
		return max(0, q.places[n-1].from.Sub(now))
	}
	return max(0, q.last.Sub(now)) + time.Duration(n-len(q.places))*q.gap
}

// next returns when the first caller can act without a new answer.
func (q *queue) next(latest time.Time) time.Time {
	switch {
	case len(q.places) > 0:
		return q.places[0].from
	case q.asking != nil:
		return latest
	}
	return q.askAgain
}

// add stores the places of a lease that was requested at sent and arrived now. It returns the number of earlier places that
// became invalid.
func (q *queue) add(a Ask, l Lease, sent, now time.Time) (void int) {
	if l.Born != q.born { // a fleet that has lost its memory grants the same places again
		void = len(q.places)
		q.places, q.born = nil, l.Born
	}
	if took := now.Sub(sent); took > q.lead {
		q.lead = min(took, slowestAnswer)
	} else {
		q.lead = (7*q.lead + took) / 8
	}
	if len(l.Places) == 0 {
		if a.Want > 0 || l.Blocked {
			q.none(l, now)
		}
		return void
	}
	before := max(q.last.Sub(now), sent.Sub(now))
	for _, p := range l.Places {
		q.places = append(q.places, granted{now.Add(p.From), sent.Add(p.Until)})
	}
	end := q.places[len(q.places)-1].from
	sample := max(0, end.Sub(now)-before) / time.Duration(len(l.Places))
	q.gap += (sample - q.gap) * 3 / 10
	q.last, q.askAgain, q.free = end, time.Time{}, time.Time{}
	return void
}

// none records that no place is available.
func (q *queue) none(l Lease, now time.Time) {
	const reach, atOnce = 900 * time.Millisecond, 20 * time.Millisecond // the fleet grants places of the next second
	if l.Blocked {
		q.blocked, q.blockedBy = now.Add(min(l.Wait, time.Second)), l.Wait
		return
	}
	q.free = now.Add(l.Wait)
	q.askAgain = now.Add(min(time.Second, max(atOnce, l.Wait-reach)))
}
