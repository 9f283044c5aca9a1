// What a function gets that is the destination of another's asynchronous calls:
// https://www.alibabacloud.com/help/en/functioncompute/fc/error-handling-1-2

package alifc

import (
	"bytes"
	"encoding/base64"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

func isDestination(m draft.Members) bool {
	return m.Have("requestContext", "requestPayload", "responseContext") &&
		m["requestContext"].Get("functionArn").Exists() && m["requestContext"].Get("condition").Exists()
}

// destination decodes the event that the other function was called with, by its own source and as if in that call, so
// that its id is the same.
func (o SourceOptions) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	return o.replay(gjson.ParseBytes(payload), in, maxReplays)
}

// maxReplays is how often a record of a destination may hold another one.
const maxReplays = 3

func (o SourceOptions) replay(record gjson.Result, in core.Invocation, left int) ([]core.Record, error) {
	inner := o.requestPayload(record.Get("requestPayload"))
	in.RequestID, in.Function = record.Get("requestContext.requestId").String(), record.Get("requestContext.functionArn").String()
	switch name := o.recognise(inner); {
	case name == sourceNothing:
		return nil, draft.Refusal("a record of an asynchronous call without its requestPayload: there is nothing to send again")
	case name != sourceDestination:
		return newSources(&o).byName[name].Decode(inner, in)
	case left == 0:
		return nil, draft.Refusal("a record of an asynchronous call in another one, more than %d deep", maxReplays)
	}
	return o.replay(gjson.ParseBytes(inner), in, left-1)
}

// requestPayload is the event that a function was called with. How it is written is not documented: JSON as it is, the
// event as a string, and its base64 are understood, of two that are possible the one that a trigger is known to send.
func (o SourceOptions) requestPayload(v gjson.Result) []byte {
	if v.Type != gjson.String {
		return []byte(v.Raw)
	}
	text := []byte(v.Str)
	decoded, err := base64.StdEncoding.DecodeString(v.Str)
	if err == nil && len(decoded) > 0 && o.recognise(text) == o.otherwise() && (o.recognise(decoded) != o.otherwise() || gjson.ValidBytes(decoded)) {
		return decoded
	}
	return text
}

// replayIn decodes the records of asynchronous calls that come through a queue. They came that way, whatever they hold:
// whoever may send to the queue chooses that.
func (o SourceOptions) replayIn(body []byte, in core.Invocation, way, messageID string) ([]core.Record, bool) {
	if !bytes.Contains(body, []byte(`"requestPayload"`)) || !gjson.ValidBytes(body) || !isDestination(draft.MembersOf(gjson.ParseBytes(body))) {
		return nil, false
	}
	records, err := o.destination(body, in)
	if err != nil {
		records = []core.Record{{Err: err, Raw: body}}
	}
	for i := range records {
		records[i].Ingress, records[i].MessageID = ingress(way), messageID
	}
	return records, true
}
