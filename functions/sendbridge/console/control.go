package console

import (
	"net/http"
	"sync"
	"time"

	"sendbridge/core/onstest"
)

// A measure counts the calls that the emulator received in one second.
type measure struct {
	Time     time.Time `json:"time"`
	Account  int       `json:"account"` // calls of all addresses
	Address  int       `json:"address"` // calls of the busiest address
	Accepted int       `json:"accepted"`
	Rejected int       `json:"rejected"`
}

// kept is the number of seconds that the chart shows.
const kept = 300

// A load holds the measures of the last minutes, oldest first.
type load struct {
	mu                 sync.Mutex
	list               []measure
	accepted, rejected int // totals at the last measure
}

func (l *load) add(m measure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	accepted, rejected := m.Accepted, m.Rejected
	m.Accepted, m.Rejected = max(0, accepted-l.accepted), max(0, rejected-l.rejected)
	l.accepted, l.rejected = accepted, rejected
	if l.list = append(l.list, m); len(l.list) > kept {
		l.list = append([]measure(nil), l.list[len(l.list)-kept:]...)
	}
}

// since returns the measures after a time.
func (l *load) since(t time.Time) []measure {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := len(l.list)
	for first > 0 && l.list[first-1].Time.After(t) {
		first--
	}
	return append([]measure{}, l.list[first:]...)
}

// measure returns totals for Accepted and Rejected. load.add turns them into counts of one second.
func (c *Console) measure() measure {
	s := c.Emulator.Stats()
	m := measure{Time: c.now(), Account: s.LastSecond.Account, Accepted: s.Accepted}
	for _, n := range s.LastSecond.Address {
		m.Address = max(m.Address, n)
	}
	for _, n := range s.Rejected {
		m.Rejected += n
	}
	return m
}

// A state is what the page shows of dev at this moment: rules, quota, limiter, breaker and injected faults.
type state struct {
	Rules   rulesState      `json:"rules"`
	Stats   onstest.Stats   `json:"stats"`
	Now     onstest.Peak    `json:"now"` // calls of the last second
	Limits  limits          `json:"limits"`
	Rate    float64         `json:"rate"` // calls per second that the limiter allows
	Breaker string          `json:"breaker"`
	Faults  []onstest.Fault `json:"faults"`  // faults that no call has met yet
	Changed onstest.Change  `json:"changed"` // changes of credentials and roles
}

type limits struct {
	Account      int `json:"account"`
	Address      int `json:"address"`
	BlockSeconds int `json:"blockSeconds"`
}

func (c *Console) state() state {
	stats := c.Emulator.Stats()
	return state{
		Rules: c.Rules.state(), Stats: stats, Now: stats.LastSecond, Rate: c.Rate(), Breaker: c.Breaker(),
		Limits: limits{c.Quota.Account, c.Quota.Address, int(c.Quota.Block / time.Second)},
		Faults: c.Emulator.Waiting(), Changed: c.Emulator.Changed(),
	}
}

func (c *Console) setFaults(w http.ResponseWriter, r *http.Request) {
	var list []onstest.Fault
	if ask(w, r, &list) {
		done(w, c.Emulator.Fail(list...))
	}
}

func (c *Console) endFaults(w http.ResponseWriter, _ *http.Request) {
	c.Emulator.ForgetFaults()
	done(w, nil)
}

func (c *Console) changeCredentials(w http.ResponseWriter, r *http.Request) {
	var change onstest.Change
	if ask(w, r, &change) {
		done(w, c.Emulator.Change(change))
	}
}

func (c *Console) restoreCredentials(w http.ResponseWriter, _ *http.Request) {
	c.Emulator.Undo()
	done(w, nil)
}

// resetStats also unblocks every address.
func (c *Console) resetStats(w http.ResponseWriter, _ *http.Request) {
	c.Emulator.ResetStats()
	done(w, nil)
}

func done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
