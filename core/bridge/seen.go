package bridge

import (
	"time"

	"sendbridge/core"
)

// seenSet remembers messages that need not be sent again for a time: those that were taken and, without a MsgID, those
// whose event was dead-lettered. It keeps two generations, the younger of which becomes the older when it is full or
// has lasted for the window; by then nothing in the older one can be asked for, unless there were too many.
type seenSet struct {
	window     time.Duration
	now        func() time.Time
	start      time.Time
	young, old map[MessageHash]settled
	since      time.Duration // the younger generation's beginning, after start
}

type settled struct {
	receipt core.Receipt
	until   time.Duration // after start
}

// maxSettled is how many messages a generation holds, and so how many are remembered at least: five minutes of 300 a
// second. It bounds memory to some 40 MB.
const maxSettled = 90_000

func newSeenSet(window time.Duration, now func() time.Time) seenSet {
	return seenSet{window: window, now: now, start: now(), young: make(map[MessageHash]settled)}
}

func (m *seenSet) get(k MessageHash) (core.Receipt, bool) {
	s, ok := m.young[k]
	if !ok {
		s, ok = m.old[k]
	}
	return s.receipt, ok && m.age() < s.until
}

// add remembers a message for some time, at most the window.
func (m *seenSet) add(k MessageHash, r core.Receipt, left time.Duration) {
	age := m.age()
	if _, there := m.young[k]; !there && len(m.young) >= maxSettled || age-m.since >= m.window {
		m.young, m.old, m.since = make(map[MessageHash]settled), m.young, age
	}
	m.young[k] = settled{receipt: r, until: age + min(left, m.window)}
}

func (m *seenSet) age() time.Duration { return m.now().Sub(m.start) }
