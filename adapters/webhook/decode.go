// Package webhook receives CloudEvents over HTTP and answers with their outcomes. It follows the CloudEvents HTTP
// binding, JSON format and webhook specification, each in version 1.0.2. Senders that speak none of them have inlets:
// each authenticates in its own way, and its bodies become events.
//
// # Requests
//
// A request is a structured event or a batch if its Content-Type says so, and a binary event if it has ce- headers. Any
// other request gets 415, as does an unsupported event format, charset or content coding. Content codings are decoded
// and text of any charset is converted to UTF-8. 400 is for an invalid CloudEvent, for a body that was cut off or late,
// and for a path that receives nothing. 413 is for a body that is too large. 404 and 408 would fit some of these
// better, but some senders retry them without end.
//
// # Answers
//
// 204, or 200 with a JSON list for a batch, acknowledges every event. 422 says that an event is valid but can never be
// sent. 429 and 503 ask the sender to repeat the request later and have Retry-After. For a batch the worst event
// decides. An element that is not a valid event counts as one that can never be sent (422), while the valid events
// beside it are sent. Every answer but a success is an RFC 9457 problem. A batch's problem lists every valid event, and
// the number and the first 20 of the elements that are not valid events.
package webhook

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// maxBatch limits the events of a batch. No larger batch could be sent within a request's time, and a small body of
// many invalid elements would need an answer many times its size.
const maxBatch = 10_000

// Decode turns a request into records, using only its headers and body. An element of a batch that is not an event
// becomes a record with Err set. An event without a trace context gets the one of the headers. An error is about the
// whole request: its class is message, and its Status 400, 413 or 415. r.Body enforces the limit of the body: the limit
// of an http.MaxBytesReader gives 413. A body that is compressed or of another charset may have 1 MiB after decoding.
func Decode(r *http.Request) ([]core.Record, error) {
	if _, err := modeOf(r.Header); err != nil { // first, because then an unusable body is not read
		return nil, err
	}
	wire, err := readBody(r)
	if err != nil {
		return nil, err
	}
	records, _, err := decodeWire(r, wire, defaultMaxBody)
	return records, err
}

// decodeWire is Decode for a body that has been read. It looks at the bytes first, then at the Content-Type. limit
// applies to the decoded body.
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
	text: fmt.Sprintf("the batch has more than the allowed %d events", maxBatch)}

// ingressOf returns the ingress of a request. An empty path means the root.
func ingressOf(r *http.Request) string {
	if isRoot(r) {
		return "http:/"
	}
	return "http:" + r.URL.Path
}

func isRoot(r *http.Request) bool { return r.URL.Path == "/" || r.URL.Path == "" }
