package awslambda

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// unwrap decodes what is in the body of a message if that is something that AWS puts there: a CloudEvent, a notification
// of SNS, an event of EventBridge, notifications of S3, the record of an asynchronous call. It is not ok for any other
// body. depth is how many envelopes may still be in one another.
func (o SourceOptions) unwrap(body string, in core.Invocation, depth int) (records []core.Record, ok bool) {
	if depth == 0 || !isJSONObject(body) {
		return nil, false
	}
	v := gjson.Parse(body)
	m := draft.MembersOf(v)
	switch {
	case isCloudEvent(m):
		return []core.Record{structured(body)}, true
	case m["Type"].Str == "Notification" && m.Have("TopicArn", "MessageId"):
		return o.notification(v, v.Get("TopicArn").String(), in, depth-1), true
	case m.Have("detail-type", "source", "detail"):
		return []core.Record{ofEventBridge(v)}, true
	case m["Records"].Get("0.eventSource").Str == "aws:s3":
		return s3Records(m["Records"]), true
	case m["Event"].Str == "s3:TestEvent":
		return nil, true
	case isDestination(m):
		records, err := o.replay(v, in, depth-1)
		if err != nil {
			records = []core.Record{{Err: err, Raw: []byte(body)}}
		}
		return records, true
	}
	return nil, false
}

// deepest is how many envelopes may be in one another: S3 in SNS in SQS in the record of a failed call has four.
const deepest = 5
