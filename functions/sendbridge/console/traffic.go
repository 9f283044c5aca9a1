package console

import (
	"encoding/json"
	"sync"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

// maxRows and maxBytes limit what a Traffic keeps: the newest rows, and fewer of them if they are large.
const (
	maxRows  = 1000
	maxBytes = 64 << 20
)

// A Traffic records the newest events and their outcomes. It is safe for concurrent use.
type Traffic struct {
	rules func() functions.Rules
	now   func() time.Time

	mu      sync.Mutex
	rows    []*row // oldest first
	newest  int    // the last sequence number, which is the number of all rows so far
	cleared int    // the user cleared the rows up to this sequence number
	bytes   int
	handed  handOvers
}

// NewTraffic returns an empty Traffic. The function rules returns the rules in force.
func NewTraffic(rules func() functions.Rules) *Traffic {
	return &Traffic{rules: rules, now: time.Now, handed: newHandOvers()}
}

// A row is one event, or a request without events.
type row struct {
	Row
	exchange *exchange
	settled  *settled // nil if the request contained no event
	bytes    int
}

// A Row is one line of the page's list of events.
type Row struct {
	Seq      int       `json:"seq"`
	Time     time.Time `json:"time"`
	Status   int       `json:"status"`
	Way      string    `json:"way"`
	Type     string    `json:"type,omitempty"`
	ID       string    `json:"id,omitempty"`
	Outcome  string    `json:"outcome"`
	Code     string    `json:"code,omitempty"`
	Rule     string    `json:"rule,omitempty"`
	Topic    string    `json:"topic,omitempty"`
	Messages int       `json:"messages"`
	Attempts int       `json:"attempts"`
	Ms       float64   `json:"ms"`
}

// answered is the outcome of a successful request without events, such as a handshake.
const answered = "answered"

func (x *exchange) list() []*row {
	if len(x.settled) == 0 {
		r := &row{exchange: x, bytes: x.body.kept.Len() + x.answer.kept.Len(), Row: Row{Time: x.began, Status: x.status, Way: "http:" + x.path, Outcome: answered, Ms: ms(x.took)}}
		if x.status >= 400 {
			r.Outcome, r.Code = core.Refused.String(), x.code()
		}
		return []*row{r}
	}
	rows := make([]*row, len(x.settled))
	for i := range x.settled {
		rows[i] = x.row(&x.settled[i])
	}
	rows[0].bytes += x.body.kept.Len() + x.answer.kept.Len()
	return rows
}

func (x *exchange) row(s *settled) *row {
	r := &row{exchange: x, settled: s, bytes: len(s.Event.Data()), Row: Row{
		Time: s.at, Status: x.status, Way: s.Ingress, Outcome: s.Outcome.String(), Messages: len(s.Deliveries), Ms: ms(s.took),
	}}
	if s.Event.Context != nil {
		r.Type, r.ID = s.Event.Type(), s.Event.ID()
	}
	if s.Err != nil {
		r.Code = fault.Of(s.Err).Code
	}
	for i := range s.Deliveries {
		d := &s.Deliveries[i]
		if r.bytes += len(d.Payload); r.bytes > maxBytes/8 {
			d.Payload = "" // with many rules, one event may become thousands of messages of 64 KiB
		}
		if !d.Duplicate {
			r.Attempts += d.Attempts
		}
	}
	if len(s.Deliveries) > 0 {
		r.Rule, r.Topic = s.Deliveries[0].Rule, s.Deliveries[0].Topic
	}
	return r
}

// code returns the code in the answer to a request that was rejected as a whole.
func (x *exchange) code() string {
	var problem struct{ Code string }
	_ = json.Unmarshal(x.answer.kept.Bytes(), &problem)
	return problem.Code
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// add records a request that has ended.
func (t *Traffic) add(x *exchange) {
	x.mu.Lock()
	list := x.list()
	x.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range list {
		t.newest++
		r.Seq = t.newest
		t.bytes += r.bytes
	}
	t.rows = append(t.rows, list...)
	t.shrink()
}

// shrink drops the oldest rows. It keeps the newest, however large that is.
func (t *Traffic) shrink() {
	drop := 0
	for drop < len(t.rows)-1 && (len(t.rows)-drop > maxRows || t.bytes > maxBytes) {
		t.bytes -= t.rows[drop].bytes
		drop++
	}
	if drop > 0 {
		t.rows = append([]*row(nil), t.rows[drop:]...)
	}
}

// A listing is the rows after a sequence number.
type listing struct {
	Rows  []Row `json:"rows"`  // oldest first
	First int   `json:"first"` // the oldest row that is kept; Newest+1 if there is none
	Total int   `json:"total"` // events since the start or since the list was cleared

	Newest int `json:"newest"` // the last sequence number
}

// after lists the rows after a sequence number.
func (t *Traffic) after(seq int) listing {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := listing{Rows: []Row{}, First: t.newest + 1, Total: t.newest - t.cleared, Newest: t.newest}
	if len(t.rows) > 0 {
		l.First = t.rows[0].Seq
	}
	for _, r := range t.rows[min(max(0, seq+1-l.First), len(t.rows)):] {
		l.Rows = append(l.Rows, r.Row)
	}
	return l
}

// find returns a row, or nil if it is not kept.
func (t *Traffic) find(seq int) *row {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows) == 0 || seq < t.rows[0].Seq || seq > t.newest {
		return nil
	}
	return t.rows[seq-t.rows[0].Seq]
}

// clear removes all rows.
func (t *Traffic) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows, t.bytes, t.cleared, t.handed = nil, 0, t.newest, newHandOvers()
}
