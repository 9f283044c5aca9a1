package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// unwrap decodes what is in the body of a message if that is something that AWS puts there: a CloudEvent, a notification
// of SNS, an event of EventBridge, notifications of S3, the record of an asynchronous call. It is not ok for any other
// body. depth is how many envelopes may still be in one another.
func (s *sources) unwrap(body string, in core.Invocation, depth int) (records []core.Record, ok bool) {
	body = strings.TrimPrefix(body, "\ufeff")
	if depth == 0 || !isJSONObject(body) {
		return nil, false
	}
	v := gjson.Parse(body)
	m := draft.MembersOf(v)
	switch {
	case trigger.IsCloudEvent(m):
		return []core.Record{structured(body)}, true
	case m["Type"].Str == "Notification" && m.Have("TopicArn", "MessageId"):
		return s.notification(v, v.Get("TopicArn").String(), in, depth-1), true
	case isEnvelope(m):
		return []core.Record{ofEventBridge(v)}, true
	case m["Records"].Get("0.eventSource").Str == "aws:s3":
		return s3Records(m["Records"]), true
	case isS3Test(m):
		return nil, true
	case isCall(m):
		records, err := s.table.Replay(v, in, depth-1, call)
		if err != nil {
			records = []core.Record{{Err: err, Raw: []byte(body)}}
		}
		return records, true
	}
	return nil, false
}
