package bridge

import (
	"time"

	"sendbridge/core"
)

// seenSet remembers messages that must not be sent again for a time: messages that were sent and, without a MsgID, messages
// whose event was dead-lettered. It has two generations. The younger one becomes the older one when it is full or as old as
// the window. By then nothing in the older one is within the window, unless there were too many messages.
type seenSet struct {
	window     time.Duration
	now        func() time.Time
	start      time.Time
	young, old map[MessageHash]settled
	since      time.Duration // start of the younger generation, relative to start
}

type settled struct {
	receipt core.Receipt
	until   time.Duration // relative to start
}

// maxSettled is the size of a generation, and so how many messages are remembered at least: five minutes of 300 a second.
// It limits memory to about 40 MB.
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
