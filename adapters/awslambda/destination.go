// Records of failed calls, which a function, a queue, a topic or an event bus receives as a destination. Asynchronous calls:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html. Batches of streams:
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html

package awslambda

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const sourceDestination = trigger.Destination

func isDestination(p *trigger.Payload) bool { return isCall(p.Members) || isFailedBatch(p.Members) }

func isCall(m draft.Members) bool {
	return m.Have("requestPayload") && trigger.Shape{"requestContext.condition:text", "requestContext.functionArn:text"}.Fits(m)
}

// isFailedBatch reports whether m is the record of a batch that a stream has given up on. Its member's name says which
// stream: KinesisBatchInfo, DDBStreamBatchInfo, KafkaBatchInfo.
func isFailedBatch(m draft.Members) bool {
	return batchInfoOf(m) != "" && trigger.Shape{"requestContext.condition:text", "requestContext.functionArn:text"}.Fits(m)
}

func batchInfoOf(m draft.Members) string {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if strings.HasSuffix(name, "BatchInfo") && m[name].IsObject() {
			return name
		}
	}
	return ""
}

func (s *sources) destination(payload []byte, in core.Invocation) ([]core.Record, error) {
	record := gjson.ParseBytes(payload)
	if m := draft.MembersOf(record); !isCall(m) && eventOf(record) == "" {
		return nil, pointerOnly(batchInfoOf(m), m[batchInfoOf(m)])
	}
	records, err := s.table.Replay(record, in, trigger.MaxDepth, call)
	for i := range records {
		records[i].Ingress = cmp.Or(records[i].Ingress, ingress(sourceDestination))
	}
	return records, err
}

// pointerOnly rejects the record of a failed batch that only says where in the stream the batch is.
func pointerOnly(name string, info gjson.Result) error {
	text := func(path string) string { return info.Get(path).String() }
	where := fmt.Sprintf("shard %q of %q from sequence number %q to %q", text("shardId"), text("streamArn"), text("startSequenceNumber"), text("endSequenceNumber"))
	if !info.Get("streamArn").Exists() { // Kafka's
		where = fmt.Sprintf("%q from offset %q of %s", cmp.Or(text("eventSourceArn"), text("bootstrapServers")), text("recordInfo.offset"), text("recordInfo.timestamp"))
	}
	return fault.New(fault.CodeNoSource, fault.ActorYou,
		"this is the record of a stream's failed batch (%s) without its records, which are in %s: read them there before they expire and invoke this function with them, or make an S3 bucket the mapping's on-failure destination, which keeps them",
		name, where)
}

// call returns the payload and the invocation of another function's call.
func call(record gjson.Result, in core.Invocation) ([]byte, core.Invocation) {
	in.RequestID = record.Get("requestContext.requestId").String()
	if arn := strings.Split(record.Get("requestContext.functionArn").String(), ":"); len(arn) >= 7 {
		in.Function = strings.Join(arn[:7], ":") // remove version and alias
	}
	return []byte(eventOf(record)), in
}

// eventOf returns the event in a record: that of a call unchanged, that of a batch from JSON or from a string with JSON.
func eventOf(record gjson.Result) string {
	if event := record.Get("requestPayload"); event.Exists() {
		return event.Raw
	}
	event := record.Get("payload")
	if event.Type == gjson.String {
		return event.Str
	}
	return event.Raw
}
