// Tumbling windows of Kinesis and DynamoDB: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
)

func isWindow(m draft.Members) bool {
	return trigger.Shape{"window.start:text", "window.end:text", "isFinalInvokeForWindow"}.Fits(m)
}

// isEmptyWindow reports whether a payload is a call of a service's window without records, such as the last one. The
// service is that of the ARN. An unknown ARN counts as Kinesis, because the answer is the same.
func isEmptyWindow(p *trigger.Payload, service string) bool {
	if !isWindow(p.Members) || p.Members["Records"].Get("0").Exists() {
		return false
	}
	named := sourceKinesis
	if arn := strings.Split(p.Members["eventSourceARN"].Str, ":"); len(arn) > 2 && arn[2] == sourceDynamoDB {
		named = sourceDynamoDB
	}
	return named == service
}

// stateOf returns the state in a window's call, which the answer must contain unchanged, because a bridge has none of its
// own. It returns nil without a window.
func stateOf(payload []byte) []byte {
	v := gjson.ParseBytes(payload)
	if !isWindow(draft.MembersOf(v)) {
		return nil
	}
	if state := v.Get("state"); state.IsObject() {
		return []byte(state.Raw)
	}
	return []byte("{}")
}
