package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// An answer is a response that is complete before its first byte is written.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	w.Write(a.body) // an error means that the sender has disconnected
}

// An item is the part of a batch's answer about one event.
type item struct {
	Index   int          `json:"index"`
	ID      string       `json:"id,omitempty"`
	Source  string       `json:"source,omitempty"`
	Outcome core.Outcome `json:"outcome"`
	MsgIDs  []string     `json:"msgIds,omitempty"` // the first maxMsgIDs
	*blame
}

// maxMsgIDs limits an item: gateways and functions reject answers of some megabytes, and the log has each MsgID.
const maxMsgIDs = 1000

// Answer writes the outcome of a request's records: a list if the request contained several. It leaves out what the
// sender cannot use, see Options.Details.
func Answer(w http.ResponseWriter, results []core.Result) {
	if len(results) == 1 {
		saying{}.event(&results[0], Status).write(w)
		return
	}
	saying{}.each(results, Status).write(w)
}

// Refuse writes why nothing of a request was delivered. It returns the Request to count, without its Way.
func Refuse(w http.ResponseWriter, err error) Request {
	p := saying{}.problem(Status(err), err)
	answerProblem(p, retryAfter(err)).write(w)
	return Request{Status: p.Status, Reason: p.Code}
}

// A saying says how detailed an answer is.
type saying struct{ details bool }

// event answers a request with one event.
func (s saying) event(r *core.Result, status func(error) int) answer {
	if r.Err == nil {
		return answer{status: http.StatusNoContent}
	}
	code := status(r.Err)
	if r.Record.Err == nil && code == http.StatusUnprocessableEntity && fault.Of(r.Err).Code == fault.CodeInvalidEvent {
		code = http.StatusBadRequest // the bridge found that the data does not have its declared type
	}
	return answerProblem(s.problem(code, r.Err), retryAfter(r.Err))
}

// statusRaw is Status for a request that is not a CloudEvent. Its sender may not know the webhook specification, in
// which 429 asks for a retry: Alertmanager gives up after any 4xx.
func statusRaw(err error) int {
	if status := Status(err); status != http.StatusTooManyRequests {
		return status
	}
	return http.StatusServiceUnavailable
}

// each answers for all events of a request: the worst outcome decides, and of equally bad ones the first.
func (s saying) each(results []core.Result, status func(error) int) answer {
	items := make([]item, len(results))
	worst, failed, total := 0, 0, 0
	var wait time.Duration
	for i := range results {
		r := &results[i]
		items[i] = s.item(r)
		if r.Err == nil {
			total++
			continue
		}
		failed += cloudevent.ElementsOf(r.Err)
		total += cloudevent.ElementsOf(r.Err)
		switch this, most := fault.Severity(r.Err), fault.Severity(results[worst].Err); {
		case this > most:
			worst, wait = i, retryAfter(r.Err)
		case this == most:
			wait = max(wait, retryAfter(r.Err))
		}
	}
	if failed == 0 {
		return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: encode(items)}
	}
	err := results[worst].Err
	p := s.problem(status(err), err)
	p.Detail = fmt.Sprintf("%d of %d events not acknowledged; event %d: %s", failed, total, results[worst].Index, p.Detail)
	p.Events = items
	return answerProblem(p, wait)
}

func (s saying) item(r *core.Result) item {
	it := item{Index: r.Index, ID: r.Event.ID(), Source: r.Event.Source(), Outcome: r.Outcome}
	for i := range r.Deliveries {
		if id := r.Deliveries[i].MsgID; id != "" && len(it.MsgIDs) < maxMsgIDs {
			it.MsgIDs = append(it.MsgIDs, id)
		}
	}
	if r.Err != nil {
		b := s.blame(r.Err)
		it.blame = &b
	}
	return it
}

// answerProblem returns an answer with a problem. Retry-After is set for the statuses that ask for a retry.
func answerProblem(p problem, wait time.Duration) answer {
	h := http.Header{"Content-Type": {"application/problem+json"}}
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		seconds := max(1, (wait+time.Second-1)/time.Second)
		h.Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	return answer{status: p.Status, header: h, body: encode(p)}
}

// Status returns the HTTP status that tells a sender what to do about an error. It never returns 404, 408 or 409, after
// which some senders retry without end.
func Status(err error) int {
	if f := (*requestError)(nil); errors.As(err, &f) {
		return f.status
	}
	switch fault.Severity(err) {
	case 1:
		return http.StatusUnprocessableEntity
	case 2:
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}

// encode returns JSON without escaping < and >, so that people can read it.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // structs, strings and numbers always encode
	return b.Bytes()
}
