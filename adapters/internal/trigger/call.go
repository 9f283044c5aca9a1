package trigger

import (
	"bytes"
	"strconv"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// MaxDepth limits nested envelopes: S3 in SNS in SQS in the record of a failed call has four.
const MaxDepth = 5

// Replay decodes the event that another function was called with, using its own source and the original call, so that its
// id is the same. record is the record of the call; the function call extracts the event and the invocation from it. A
// record inside a record counts as one level of depth.
func (t Table) Replay(record gjson.Result, in core.Invocation, depth int, call func(record gjson.Result, in core.Invocation) ([]byte, core.Invocation)) ([]core.Record, error) {
	payload, in := call(record, in)
	if text := bytes.TrimSpace(payload); len(text) == 0 || string(text) == "null" {
		return nil, draft.Refusal("the record of an asynchronous call has no requestPayload, so there is nothing to send again")
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
		return nil, draft.Refusal("records of asynchronous calls are nested more than %d deep", MaxDepth)
	}
	return t.Replay(gjson.ParseBytes(payload), in, depth-1, call)
}

// Suffixes distinguish the events of a call that have no ids, by their content. Each payload needs a new map.
type Suffixes map[string]int

// Next returns the suffix for the call's id. Equal contents get different suffixes, because without an id nothing says that
// they are the same event.
func (s Suffixes) Next(content string) string {
	s[content]++
	if n := s[content]; n > 1 {
		return "-" + draft.Hash(content) + "-" + strconv.Itoa(n)
	}
	return "-" + draft.Hash(content)
}

// Destination is the name of the source of records of asynchronous calls.
const Destination = "destination"

// OfCall starts an event without an id. It uses the call's id, which is the same if the runtime repeats the call, and
// different if the trigger does. suffix distinguishes several events of a call. Without a call, as when events are shown on
// a laptop, the id is derived from the content.
func OfCall(in core.Invocation, suffix, source, kind string, content []byte) (e *draft.Event, derived bool) {
	id := in.RequestID + suffix
	if in.RequestID == "" {
		id, derived = draft.Hash(string(content), suffix), true
	}
	return draft.New(id, source, kind), derived
}
