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

// atMostEvery is the shortest interval between two updates. Thousands of events per second become a few large updates.
const atMostEvery = 100 * time.Millisecond

// hello identifies the run of dev. Sequence numbers are valid for one run.
type hello struct {
	Run    string   `json:"run"`
	Kept   int      `json:"kept"`
	Faults []string `json:"faults"` // codes that the page can inject
	Events string   `json:"events"`
	Append string   `json:"append,omitempty"`
}

// stream sends server-sent events until the page disconnects: hello first, then rows, state and load whenever they
// change. A page that reconnects passes ?run= and ?after= to receive only what is new.
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
	sent map[string][]byte // the last data by event name
	err  error
}

// send sends v unless it equals the last data of that name.
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
