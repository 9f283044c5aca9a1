// The payload of a function that is the destination of another function's asynchronous calls:
// https://www.alibabacloud.com/help/en/functioncompute/fc/error-handling-1-2

package alifc

import (
	"encoding/base64"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

const sourceDestination = trigger.Destination

func isDestination(p *trigger.Payload) bool { return isCall(p.Members) }

func isCall(m draft.Members) bool {
	return m.Have("requestPayload") && trigger.Shape{"requestContext.condition:text", "requestContext.functionArn:text"}.Fits(m)
}

func (s *sources) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	return s.table.Replay(gjson.ParseBytes(payload), in, trigger.MaxDepth, s.call)
}

// call returns the payload and the invocation of another function's call.
func (s *sources) call(record gjson.Result, in core.Invocation) ([]byte, core.Invocation) {
	in.RequestID, in.Function = record.Get("requestContext.requestId").String(), record.Get("requestContext.functionArn").String()
	return s.requestPayload(record.Get("requestPayload")), in
}

// requestPayload returns the event that a function was called with. Its encoding is not documented, so JSON, a string with
// JSON and base64 are accepted. If two are possible, the one that a trigger is known to send counts.
func (s *sources) requestPayload(v gjson.Result) []byte {
	if v.Type != gjson.String {
		return []byte(v.Raw)
	}
	text := []byte(v.Str)
	decoded, err := base64.StdEncoding.DecodeString(v.Str)
	if err == nil && !s.isKnown(text) && (s.isKnown(decoded) || jsontext.Valid(decoded)) {
		return decoded
	}
	return text
}

// isKnown reports whether a trigger is known to send such a payload.
func (s *sources) isKnown(payload []byte) bool {
	name := s.table.Of(payload).Name
	return name != sourceGeneric && (name != sourceMNSStream || s.Trigger != sourceMNSStream)
}

// replayOneOf is replayIn for the first value that contains a failed event, as an object or as text.
func (s *sources) replayOneOf(in core.Invocation, messageID string, values ...gjson.Result) ([]core.Record, bool) {
	for _, v := range values {
		text := v.Raw
		if v.Type == gjson.String {
			text = v.Str
		}
		if records, ok := s.replayIn(text, in, sourceEventBridge, messageID); ok {
			return records, true
		}
	}
	return nil, false
}

// replayIn decodes failed events that arrive through a queue: records of asynchronous calls, and the events that an event
// bus writes to its dead-letter queue. Their ingress is the queue, whatever they contain, because anyone who may send to
// the queue chooses the content.
func (s *sources) replayIn(body string, in core.Invocation, way, messageID string) ([]core.Record, bool) {
	payload, m := objectIn(body)
	decode := s.destination
	switch {
	case isCall(m):
	case isOfBus(m):
		decode = s.eventBridge
	default:
		return nil, false
	}
	records, err := decode(payload, in)
	if err != nil {
		records = []core.Record{{Err: err, Raw: payload}}
	}
	for i := range records {
		records[i].Ingress, records[i].MessageID = ingress(way), messageID
	}
	return records, true
}

// objectIn is the object that a message's body is, or that is in it as base64: a queue's own tools encode bodies so.
func objectIn(body string) ([]byte, draft.Members) {
	if strings.HasPrefix(body, base64OfObject) {
		if decoded, err := base64.StdEncoding.DecodeString(body); err == nil {
			body = string(decoded)
		}
	}
	if !strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") || !jsontext.Valid(body) {
		return nil, nil
	}
	return []byte(body), draft.MembersOf(gjson.Parse(body))
}

// base64OfObject starts the base64 of whatever starts with a brace.
const base64OfObject = "e"

// isOfBus tells an event that an event bus has had. CloudEvents of other senders are what the message is.
func isOfBus(m draft.Members) bool {
	return trigger.IsCloudEvent(m) && trigger.Shape{"aliyuneventbusname:text"}.Fits(m)
}
