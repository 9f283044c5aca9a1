// Records of asynchronous invocations, which a function or a queue gets as a destination:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceDestination = trigger.Destination

func isDestination(p *trigger.Payload) bool { return isCall(p.Members) }

func isCall(m draft.Members) bool {
	return m.Have("requestContext", "requestPayload") && m["requestContext"].Get("condition").Exists()
}

func (s *sources) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	return s.table.Replay(gjson.ParseBytes(payload), in, trigger.MaxDepth, call)
}

// call is what another function was called with.
func call(record gjson.Result, in core.Invocation) ([]byte, core.Invocation) {
	in.RequestID = record.Get("requestContext.requestId").String()
	if arn := strings.Split(record.Get("requestContext.functionArn").String(), ":"); len(arn) >= 7 {
		in.Function = strings.Join(arn[:7], ":") // without version or alias
	}
	return []byte(record.Get("requestPayload").Raw), in
}
