package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// A detail is everything that the page shows of one event.
type detail struct {
	Row      Row       `json:"row"`
	Request  request   `json:"request"`
	Event    string    `json:"event,omitempty"`    // in the CloudEvents JSON format
	Siblings []int     `json:"siblings,omitempty"` // rows of the same request, in order
	Hash     string    `json:"hash"`               // of the rules that were in force when the event arrived
	Rules    []planned `json:"rules"`
	LeftOut  int       `json:"leftOut,omitempty"` // number of further rules that did not match
	Messages []message `json:"messages"`
	Beyond   int       `json:"beyond,omitempty"` // number of further messages
	Error    *problem  `json:"error,omitempty"`
	Curl     string    `json:"curl"`
	Case     string    `json:"case,omitempty"`    // an entry for a file of rule tests
	NoCase   string    `json:"noCase,omitempty"`  // why there is no entry
	Append   string    `json:"append,omitempty"`  // the file that the entry can be appended to
	CanSend  bool      `json:"canSend,omitempty"` // the whole request was recorded
}

// A request is a request as it arrived, without secrets.
type request struct {
	Method  string   `json:"method"`
	Target  string   `json:"target"`
	Path    string   `json:"path"`
	Headers []header `json:"headers"`
	Body    string   `json:"body"`
	Pretty  string   `json:"pretty,omitempty"`
	Bytes   int      `json:"bytes"`
	Cut     bool     `json:"cut,omitempty"` // only the beginning of the body was recorded
	Status  int      `json:"status"`
	Answer  string   `json:"answer,omitempty"`
	Ms      float64  `json:"ms"`
}

// A device is a subscriber to which the broker sent a message.
type device struct {
	Client string  `json:"client"`
	QoS    byte    `json:"qos"`
	Ms     float64 `json:"ms"` // after the request arrived
}

func (c *Console) rowOf(w http.ResponseWriter, r *http.Request) *row {
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil {
		http.Error(w, "want a number after /api/events/", http.StatusBadRequest)
		return nil
	}
	found := c.Traffic.find(seq)
	if found == nil {
		http.Error(w, fmt.Sprintf("event %d is no longer recorded: dev keeps only the newest events", seq), http.StatusNotFound)
	}
	return found
}

func (c *Console) detail(w http.ResponseWriter, r *http.Request) {
	if found := c.rowOf(w, r); found != nil {
		reply(w, c.detailOf(found))
	}
}

func (c *Console) detailOf(r *row) detail {
	x := r.exchange
	d := detail{
		Row: r.Row, Request: x.shown(), Siblings: c.Traffic.siblings(r), Hash: x.rules.Hash, Rules: []planned{}, Messages: []message{},
		Curl: x.curl(c.Events), CanSend: !x.isCut() && x.method == http.MethodPost,
	}
	if r.settled == nil {
		return d
	}
	record := &r.settled.Record
	d.Event = eventJSON(record)
	d.Error = problemOf(r.settled.Err)
	if list, leftOut, err := plan(x.rules.List, record, r.settled.at); err == nil {
		d.Rules, d.LeftOut = list, leftOut
	} else if d.Error == nil {
		d.Error = problemOf(err)
	}
	for i := range d.Rules {
		d.Rules[i].Messages = nil // d.Messages has the messages that were sent
	}
	shown := r.settled.Deliveries[:min(len(r.settled.Deliveries), maxShown)]
	d.Beyond = len(r.settled.Deliveries) - len(shown)
	for i := range shown {
		m := messageOf(&shown[i])
		for _, h := range c.Traffic.handOversOf(m.MsgID) {
			m.Devices = append(m.Devices, device{h.client, h.qos, ms(h.at.Sub(x.began))})
		}
		d.Messages = append(d.Messages, m)
	}
	c.offerCase(&d, r)
	return d
}

// siblings returns the sequence numbers of the recorded rows of the same request.
func (t *Traffic) siblings(r *row) (list []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, other := range t.rows {
		if other.exchange == r.exchange {
			list = append(list, other.Seq)
		}
	}
	return list
}

func (x *exchange) isCut() bool { return x.body.all > x.body.kept.Len() }

func (x *exchange) shown() request {
	body := x.body.kept.String()
	return request{
		Method: x.method, Target: masked(x.target), Path: x.path, Headers: headersOf(x.header), Body: text(body), Pretty: pretty(body),
		Bytes: x.body.all, Cut: x.isCut(), Status: x.status, Answer: text(x.answer.kept.String()), Ms: ms(x.took),
	}
}

func indent(s string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(s), "", "  ") != nil {
		return ""
	}
	return b.String()
}

// quoted escapes bytes that are not text.
func quoted(s string) string {
	q := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // an error means that the browser has disconnected
}
