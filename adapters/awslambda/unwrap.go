package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// unwrap decodes what is in the body of a message if that is something that AWS puts there: a CloudEvent, a notification
// of SNS, an event of EventBridge, notifications of S3, and all that a function was called with, as its dead-letter queue
// gets it, or that a record of a failed call holds. It is not ok for any other body.
func (s *sources) unwrap(body string, in core.Invocation) (records []core.Record, ok bool) {
	payload := draft.Unmarked([]byte(body))
	if s.inner == nil || !isJSONObject(string(payload)) {
		return nil, false
	}
	if m := draft.MembersOf(gjson.ParseBytes(payload)); isNotification(m) {
		return s.inner.notification(gjson.ParseBytes(payload), m["TopicArn"].String(), in), true
	}
	row := s.inner.table.Of(payload)
	switch row.Name {
	case sourceNothing:
		return nil, isS3Test(draft.MembersOf(gjson.ParseBytes(payload)))
	case sourceGeneric, sourceHTTP, trigger.Undecodable:
		return nil, false
	case sourceRefused:
		if isQuestion(payload) {
			return nil, false
		}
	}
	records, err := row.Decode(payload, in)
	if err != nil {
		records = []core.Record{{Err: err, SenderWaits: row.Waits}}
		if !row.Waits {
			records[0].Raw = payload
		}
	}
	return records, true
}

// isNotification tells what SNS sends to queues.
func isNotification(m draft.Members) bool {
	return trigger.Shape{"Type=Notification", "TopicArn:text", "MessageId:text"}.Fits(m)
}
