package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"sendbridge/core/onstest"
)

// Rows are sent at most this often, so that thousands of events a second are a few large messages to the page.
const atMostEvery = 100 * time.Millisecond

// hello tells a page with which run of dev it speaks: sequence numbers are that run's.
type hello struct {
	Run    string   `json:"run"`
	Kept   int      `json:"kept"`
	Faults []string `json:"faults"` // codes that can be set
	Events string   `json:"events"`
	Append string   `json:"append,omitempty"`
}

// stream sends server-sent events until the page goes: hello, then rows, state and load as they change. A page that comes
// again says by ?run= and ?after= what it has.
func (c *Console) stream(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	if r.URL.Query().Get("run") != c.run {
		after = 0
	}
	s := eventStream{w: w, out: http.NewResponseController(w), sent: map[string][]byte{}}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, "retry: 500\n\n")
	s.send("hello", hello{c.run, maxRows, onstest.FaultCodes(), c.Events, c.Cases.name()})
	tick := time.NewTicker(atMostEvery)
	defer tick.Stop()
	var measured time.Time
	for s.err == nil {
		list := c.Traffic.after(after)
		s.send("rows", list)
		after = list.Newest
		s.send("state", c.state())
		if more := c.load.since(measured); len(more) > 0 {
			measured = more[len(more)-1].Time
			s.send("load", more)
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// An eventStream writes server-sent events.
type eventStream struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	sent map[string][]byte // last, by name
	err  error
}

// send sends v unless it is what was sent last.
func (s *eventStream) send(name string, v any) {
	data, err := json.Marshal(v)
	if err == nil && !bytes.Equal(data, s.sent[name]) {
		s.sent[name] = data
		if _, err = fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, data); err == nil {
			err = s.out.Flush()
		}
	}
	if s.err == nil {
		s.err = err
	}
}
