package awslambda

import (
	"bytes"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/adapters/internal/httpevent"
)

// recognise names the source of a payload by keys in their exact case, in an order that keeps those apart which share
// some.
func recognise(payload []byte) string {
	if trimmed := bytes.TrimSpace(payload); len(trimmed) == 0 || bytes.Equal(trimmed, []byte("[]")) {
		return sourceNothing
	}
	if !gjson.ValidBytes(payload) {
		return sourceGeneric
	}
	v := gjson.ParseBytes(payload)
	switch {
	case v.IsArray():
		return sourcePipes
	case v.IsObject():
		return ofObject(draft.MembersOf(v), payload)
	}
	return sourceGeneric
}

var ofRecords = map[string]string{
	"aws:s3": sourceS3, "aws:sqs": sourceSQS, "aws:sns": sourceSNS, "aws:kinesis": sourceKinesis,
	"aws:dynamodb": sourceDynamoDB, "aws:codecommit": sourceCodeCommit, "aws:ses": sourceSES,
}

var ofEventSource = map[string]string{
	"aws:kafka": sourceKafka, "aws:SelfManagedKafka": sourceKafka, "SelfManagedKafka": sourceKafka,
	"aws:mq": sourceActiveMQ, "aws:amq": sourceActiveMQ, "aws:rmq": sourceRabbitMQ, "aws:docdb": sourceDocumentDB,
}

func ofObject(m draft.Members, payload []byte) string {
	if isCloudEvent(m) {
		return sourceCloudEvent
	}
	if records, ok := m["Records"]; ok {
		return ofRecord(draft.MembersOf(records.Get("0")))
	}
	if name := ofEventSource[m["eventSource"].Str]; name != "" {
		return name
	}
	switch {
	case m["awslogs"].Get("data").Exists():
		return sourceLogs
	case m["Event"].Str == "s3:TestEvent":
		return sourceNothing
	case m.Have("detail-type", "source", "detail"):
		return sourceEventBridge
	case refusalOf(m) != nil:
		return sourceRefused
	case isDestination(m):
		return sourceDestination
	case (m.Have("requestContext") || m.Have("raw_path")) && httpevent.Lambda(payload) != nil:
		return sourceHTTP
	case m.Have("alarmArn", "alarmData"):
		return sourceAlarm
	}
	return sourceGeneric
}

func ofRecord(first draft.Members) string {
	for _, key := range []string{"eventSource", "EventSource"} {
		if name := ofRecords[first[key].Str]; name != "" {
			return name
		}
	}
	if first.Have("cf") {
		return sourceRefused
	}
	return sourceGeneric
}

func isCloudEvent(m draft.Members) bool { return m.Have("specversion", "id", "source", "type") }
