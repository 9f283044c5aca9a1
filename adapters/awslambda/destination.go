// Records of asynchronous invocations, which a function or a queue gets as a destination:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

func isDestination(m draft.Members) bool {
	return m.Have("requestContext", "requestPayload") && m["requestContext"].Get("condition").Exists()
}

// destination decodes the event that the other function was called with, by its own source and as if in that call, so
// that its id is the same.
func (o SourceOptions) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	return o.replay(gjson.ParseBytes(payload), in, deepest)
}

func (o SourceOptions) replay(record gjson.Result, in core.Invocation, depth int) ([]core.Record, error) {
	inner := record.Get("requestPayload")
	in.RequestID = record.Get("requestContext.requestId").String()
	if arn := strings.Split(record.Get("requestContext.functionArn").String(), ":"); len(arn) >= 7 {
		in.Function = strings.Join(arn[:7], ":") // without version or alias
	}
	switch name := recognise([]byte(inner.Raw)); {
	case !inner.Exists() || inner.Type == gjson.Null:
		return nil, draft.Refusal("a record of an asynchronous call without its requestPayload: there is nothing to send again")
	case name != sourceDestination:
		s := newSources(&o)
		return s.list[s.byName[name]].Decode([]byte(inner.Raw), in)
	case depth == 0:
		return nil, draft.Refusal("a record of an asynchronous call in another one, more than %d deep", deepest)
	}
	return o.replay(inner, in, depth-1)
}
