package onstest

import "time"

// A meter counts calls in a sliding second: all that arrived, for the peak, and those that passed, for the limit. A
// rejected call does not use up the limit, so a client that is too fast still gets its full rate.
type meter struct {
	came, through window
	peak          int
}

// arrive counts a call that arrived.
func (m *meter) arrive(now time.Time) {
	m.came.add(now)
	m.peak = max(m.peak, m.came.count(now))
}

// pass reports whether a call is within the limit, and counts it if so. 0 means no limit.
func (m *meter) pass(now time.Time, limit int) bool {
	if limit == 0 {
		return true
	}
	if m.through.count(now) >= limit {
		return false
	}
	m.through.add(now)
	return true
}

// A window holds the times of calls in the second that ends now, without its first instant.
type window struct{ times []time.Time }

func (w *window) add(now time.Time) { w.times = append(w.times, now) }

func (w *window) count(now time.Time) int {
	since, old := now.Add(-time.Second), 0
	for old < len(w.times) && !w.times[old].After(since) {
		old++
	}
	w.times = w.times[old:]
	return len(w.times)
}
