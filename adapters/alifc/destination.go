// What a function gets that is the destination of another's asynchronous calls:
// https://www.alibabacloud.com/help/en/functioncompute/fc/error-handling-1-2

package alifc

import (
	"bytes"
	"encoding/base64"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

const sourceDestination = trigger.Destination

func isDestination(p *trigger.Payload) bool { return isCall(p.Members) }

func isCall(m draft.Members) bool {
	return m.Have("requestContext", "requestPayload", "responseContext") &&
		m["requestContext"].Get("functionArn").Exists() && m["requestContext"].Get("condition").Exists()
}

func (s *sources) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	return s.table.Replay(gjson.ParseBytes(payload), in, trigger.MaxDepth, s.call)
}

// call is what another function was called with.
func (s *sources) call(record gjson.Result, in core.Invocation) ([]byte, core.Invocation) {
	in.RequestID, in.Function = record.Get("requestContext.requestId").String(), record.Get("requestContext.functionArn").String()
	return s.requestPayload(record.Get("requestPayload")), in
}

// requestPayload is the event that a function was called with. How it is written is not documented: JSON as it is, the
// event as a string, and its base64 are understood, of two that are possible the one that a trigger is known to send.
func (s *sources) requestPayload(v gjson.Result) []byte {
	if v.Type != gjson.String {
		return []byte(v.Raw)
	}
	text := []byte(v.Str)
	decoded, err := base64.StdEncoding.DecodeString(v.Str)
	if err == nil && len(decoded) > 0 && !s.isKnown(text) && (s.isKnown(decoded) || jsontext.Valid(decoded)) {
		return decoded
	}
	return text
}

// isKnown is true for what a trigger is known to send.
func (s *sources) isKnown(payload []byte) bool {
	name := s.table.Of(payload).Name
	return name != sourceGeneric && (name != sourceMNSStream || s.Trigger != sourceMNSStream)
}

// replayOneOf is replayIn for the first of an event's values that is a record, or the text of one.
func (s *sources) replayOneOf(in core.Invocation, messageID string, values ...gjson.Result) ([]core.Record, bool) {
	for _, v := range values {
		text := v.Raw
		if v.Type == gjson.String {
			text = v.Str
		}
		if records, ok := s.replayIn([]byte(text), in, sourceEventBridge, messageID); ok {
			return records, true
		}
	}
	return nil, false
}

// replayIn decodes the records of asynchronous calls that come through a queue. They came that way, whatever they hold:
// whoever may send to the queue chooses that.
func (s *sources) replayIn(body []byte, in core.Invocation, way, messageID string) ([]core.Record, bool) {
	if !bytes.Contains(body, []byte(`"requestPayload"`)) || !jsontext.Valid(body) || !isCall(draft.MembersOf(gjson.ParseBytes(body))) {
		return nil, false
	}
	records, err := s.destination(body, in)
	if err != nil {
		records = []core.Record{{Err: err, Raw: body}}
	}
	for i := range records {
		records[i].Ingress, records[i].MessageID = ingress(way), messageID
	}
	return records, true
}
