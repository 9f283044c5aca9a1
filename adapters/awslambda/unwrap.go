package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// unwrap decodes the body of a message if AWS puts such bodies there: a CloudEvent, a notification of SNS, an event of
// EventBridge, notifications of S3, and every payload of a function, which its dead-letter queue and records of failed
// calls contain. ok is false for any other body.
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

// isNotification reports whether m is what SNS sends to queues.
func isNotification(m draft.Members) bool {
	return trigger.Shape{"Type=Notification", "TopicArn:text", "MessageId:text"}.Fits(m)
}
