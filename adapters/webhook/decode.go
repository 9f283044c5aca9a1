// Package webhook receives CloudEvents over HTTP and answers with what became of them. It keeps to the CloudEvents
// HTTP binding, JSON format and webhook specification, each in version 1.0.2. Senders that speak none of them have
// inlets: each proves itself in its own way, and its bodies become events.
//
// # Requests
//
// A request is a structured event or a batch when its Content-Type says so, and a binary event when it has ce-
// headers. Anything else is no CloudEvent and gets 415, as does an event format, charset or content coding that is
// not understood. Content codings are undone, and text of any charset is UTF-8 from then on. 400 is for what claims to be
// a CloudEvent and isn't one, for a body that is cut or late and for a path where nothing is received; 413 for what is
// too large. 404 and 408 would be nearer to some of these, but are repeated without end by senders that take them for
// passing.
//
// # Answers
//
// 204, or 200 with a JSON list for a batch, says that every event is acknowledged. 422 says that an event is
// understood but will never go, 429 and 503 that the same request may go later, both with Retry-After. For a batch the
// worst event decides: an element that is no valid event counts like one that will never go, 422, while the valid ones
// beside it are sent. Everything but a success is an RFC 9457 problem. A batch's problem lists every valid event, and of
// the elements that are no valid events the first 20 and their number.
package webhook

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// maxBatch is how many events a batch may have. No batch near it could be sent in a request's time; without a limit a
// small body of many broken elements would ask for an answer many times its size.
const maxBatch = 10_000

// Decode turns a request into records, by its headers and body alone. An element of a batch that is no event becomes
// a record with its Err set. An event without a trace context of its own gets that of the headers. An error is
// about the whole request: its class is message, and its Status 400, 413 or 415. The body is limited by what r.Body
// enforces: an http.MaxBytesReader's limit gives 413. One that is compressed or of another charset may have 1 MiB when
// decoded.
func Decode(r *http.Request) ([]core.Record, error) {
	if _, err := modeOf(r.Header); err != nil { // before a body is read for nothing
		return nil, err
	}
	wire, err := readBody(r)
	if err != nil {
		return nil, err
	}
	records, _, err := decodeWire(r, wire, defaultMaxBody)
	return records, err
}

// decodeWire is Decode for a body that has been read. What it is, its bytes tell first, then its Content-Type. limit is for
// what it is when decoded.
func decodeWire(r *http.Request, wire []byte, limit int64) ([]core.Record, mode, error) {
	m, err := modeOf(r.Header)
	if err != nil {
		return nil, m, err
	}
	c, err := contentOf(r.Header, wire, limit)
	if err != nil {
		return nil, m, err
	}
	return decodeContent(r, m, c)
}

func decodeContent(r *http.Request, m mode, c content) ([]core.Record, mode, error) {
	var records []core.Record
	var err error
	if m == batched {
		records, err = decodeBatch(c.body)
	} else {
		records = make([]core.Record, 1)
		records[0].Event, err = decodeEvent(r.Header, m, c)
	}
	if err != nil {
		return nil, m, err
	}
	ingress, trace := ingressOf(r), traceContextOf(r.Header)
	for i := range records {
		records[i].Ingress, records[i].SenderWaits = ingress, true
		trace.addTo(&records[i].Event)
	}
	return records, m, nil
}

func decodeEvent(h http.Header, m mode, c content) (event.Event, error) {
	if m == binary {
		return decodeBinary(h, c)
	}
	e, err := cloudevent.DecodeEvent(c.body)
	return e, malformed(err)
}

func decodeBatch(body []byte) ([]core.Record, error) {
	records, err := cloudevent.DecodeBatch(body, maxBatch)
	if errors.Is(err, cloudevent.ErrTooMany) {
		return nil, errBatchTooLarge
	}
	return records, malformed(err)
}

var errBatchTooLarge = &requestError{status: http.StatusRequestEntityTooLarge, code: "BatchTooLarge",
	text: fmt.Sprintf("the batch has more than the %d events that are allowed", maxBatch)}

// ingressOf names the way in. An empty path stands for the root.
func ingressOf(r *http.Request) string {
	if isRoot(r) {
		return "http:/"
	}
	return "http:" + r.URL.Path
}

func isRoot(r *http.Request) bool { return r.URL.Path == "/" || r.URL.Path == "" }
