package send

import (
	"math"
	"time"
)

const (
	earlier       = 10 * time.Millisecond // places are asked for so long before the last one's turn
	lasts         = 12 * time.Millisecond // a place that is free now does
	slowestAnswer = 40 * time.Millisecond // an answer that takes longer comes too late
)

// A queue is the callers who wait for places, and the places that the fleet gave.
type queue struct {
	waiting int       // callers that are not through yet
	latest  time.Time // that a place is of use to any of them
	places  []held    // in the order of time
	last    time.Time
	gap     time.Duration // between two places of this process, as it has been lately
	asking  chan struct{} // closed when the places asked for are there; nil while none are asked for
	lead    time.Duration // that an answer takes
	born    int64

	askAgain  time.Time     // no place was free: not before this
	free      time.Time     // when one is, as it was known before askAgain
	blocked   time.Time     // another process finds out whether the address is blocked: nobody asks before this
	blockedBy time.Duration // and it will know so long after it was asked

	rate float64 // of callers, a second
	came time.Time
}

// held is a place that nobody has used yet.
type held struct{ from, until time.Time }

// arrive counts a caller, for ahead.
func (q *queue) arrive(now time.Time) {
	const memory = 0.2 // s
	q.rate = q.rate*math.Exp(-now.Sub(q.came).Seconds()/memory) + 1/memory
	q.came = now
}

// wait lets a caller into the queue to whom a place is of use until latest.
func (q *queue) wait(latest time.Time) {
	if q.waiting == 0 || latest.After(q.latest) {
		q.latest = latest
	}
	q.waiting++
}

// ahead is how many callers will come while a place that is free now lasts.
func (q *queue) ahead() int { return int(math.Round(q.rate * lasts.Seconds())) }

// short says whether callers will come who find no place, while none wait.
func (q *queue) short() bool { return len(q.places) == 0 && q.asking == nil && q.ahead() > 0 }

// lapse drops the places whose time is over and returns how many.
func (q *queue) lapse(now time.Time) (n int) {
	for n < len(q.places) && q.places[n].until.Before(now) {
		n++
	}
	q.places = q.places[n:]
	return n
}

// take uses a place, if the next one's time has come.
func (q *queue) take(now time.Time) bool {
	if len(q.places) == 0 || q.places[0].from.After(now) {
		return false
	}
	q.places = q.places[1:]
	return true
}

// due says whether more places are to be asked for.
func (q *queue) due(now time.Time) bool {
	switch {
	case q.asking != nil, q.waiting <= len(q.places), now.Before(q.askAgain):
		return false
	case len(q.places) == 0:
		return true
	}
	return q.places[len(q.places)-1].from.Sub(now) <= earlier+q.lead
}

// waitFor is how long the n-th caller waits, as far as that is known.
func (q *queue) waitFor(n int, now time.Time) time.Duration {
	if n <= len(q.places) {
		return max(0, q.places[n-1].from.Sub(now))
	}
	return max(0, q.last.Sub(now)) + time.Duration(n-len(q.places))*q.gap
}

// next is when the first caller has something to do, but for an answer that comes.
func (q *queue) next(latest time.Time) time.Time {
	switch {
	case len(q.places) > 0:
		return q.places[0].from
	case q.asking != nil:
		return latest
	}
	return q.askAgain
}

// add takes the places of a lease that was asked for at sent and is there now, and returns how many of others are void.
func (q *queue) add(a Ask, l Lease, sent, now time.Time) (void int) {
	if l.Born != q.born { // a fleet that has lost its memory gives the same places again
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
		q.places = append(q.places, held{now.Add(p.From), sent.Add(p.Until)})
	}
	end := q.places[len(q.places)-1].from
	sample := max(0, end.Sub(now)-before) / time.Duration(len(l.Places))
	q.gap += (sample - q.gap) * 3 / 10
	q.last, q.askAgain, q.free = end, time.Time{}, time.Time{}
	return void
}

// none notes that no place is to be had.
func (q *queue) none(l Lease, now time.Time) {
	const reach, atOnce = 900 * time.Millisecond, 20 * time.Millisecond // the fleet gives places of the next second
	if l.Blocked {
		q.blocked, q.blockedBy = now.Add(min(l.Wait, time.Second)), l.Wait
		return
	}
	q.free = now.Add(l.Wait)
	q.askAgain = now.Add(min(time.Second, max(atOnce, l.Wait-reach)))
}
