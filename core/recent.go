package core

import "time"

// recent remembers messages that need not be sent again for a time: those that were taken and, without a MsgID, those
// whose event was dead-lettered. It keeps two generations, the younger of which becomes the older when it is full or
// has lasted for the window; by then nothing in the older one can be asked for, unless there were too many.
type recent struct {
	window     time.Duration
	now        func() time.Time
	start      time.Time
	young, old map[messageKey]settled
	since      time.Duration // the younger generation's beginning, after start
}

type settled struct {
	receipt Receipt
	until   time.Duration // after start
}

// maxSettled is how many messages a generation holds, and so how many are remembered at least: five minutes of 300 a
// second. It bounds memory to some 40 MB.
const maxSettled = 90_000

func newRecent(window time.Duration, now func() time.Time) recent {
	return recent{window: window, now: now, start: now(), young: make(map[messageKey]settled)}
}

func (m *recent) get(k messageKey) (Receipt, bool) {
	s, ok := m.young[k]
	if !ok {
		s, ok = m.old[k]
	}
	return s.receipt, ok && m.age() < s.until
}

func (m *recent) add(k messageKey, r Receipt) {
	age := m.age()
	if len(m.young) >= maxSettled || age-m.since >= m.window {
		m.young, m.old, m.since = make(map[messageKey]settled), m.young, age
	}
	m.young[k] = settled{receipt: r, until: age + m.window}
}

func (m *recent) age() time.Duration { return m.now().Sub(m.start) }
