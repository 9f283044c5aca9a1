package trigger

import (
	"bytes"
	"strconv"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// MaxDepth is how many envelopes may be in one another: S3 in SNS in SQS in the record of a failed call has four.
const MaxDepth = 5

// Replay decodes the event that another function was called with, by its own source and as if in that call, so that its
// id is the same. record is that of the call; call reads the event and whose call it was from one. A record in a record
// is one envelope of depth.
func (t Table) Replay(record gjson.Result, in core.Invocation, depth int, call func(record gjson.Result, in core.Invocation) ([]byte, core.Invocation)) ([]core.Record, error) {
	payload, in := call(record, in)
	if text := bytes.TrimSpace(payload); len(text) == 0 || string(text) == "null" {
		return nil, draft.Refusal("a record of an asynchronous call without its requestPayload: there is nothing to send again")
	}
	s := t.Of(payload)
	switch {
	case s.Waits:
		records, err := s.Decode(payload, in)
		if err != nil {
			records = []core.Record{{Err: err, SenderWaits: true}} // what may hold a password is not kept here either
		}
		return records, nil
	case s.Name != Destination:
		return s.Decode(payload, in)
	case depth == 0:
		return nil, draft.Refusal("a record of an asynchronous call in another one, more than %d deep", MaxDepth)
	}
	return t.Replay(gjson.ParseBytes(payload), in, depth-1, call)
}

// Suffixes tell the events of a call apart that have no ids of their own, by their content. Each payload
// needs new ones.
type Suffixes map[string]int

// Next returns what stands behind the call's id. Of equal contents each has a suffix of its own: without an id there is
// nothing that says that they are one event.
func (s Suffixes) Next(content string) string {
	s[content]++
	if n := s[content]; n > 1 {
		return "-" + draft.Hash(content) + "-" + strconv.Itoa(n)
	}
	return "-" + draft.Hash(content)
}

// Destination is the name of the source of records of asynchronous calls.
const Destination = "destination"

// OfCall starts an event that has no id of its own: it gets the call's, which is the same when the runtime repeats the
// call, and another when the trigger does. suffix tells several events of a call apart. Without a call, as when events
// are shown on a laptop, the id is derived from the content.
func OfCall(in core.Invocation, suffix, source, kind string, content []byte) (e *draft.Event, derived bool) {
	id := in.RequestID + suffix
	if in.RequestID == "" {
		id, derived = draft.Hash(string(content), suffix), true
	}
	return draft.New(id, source, kind), derived
}
