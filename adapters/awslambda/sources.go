package awslambda

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// SourceOptions say what payloads are that don't say it themselves. The zero value refuses them.
type SourceOptions trigger.Options

// Triggers are the names of sources that can't be recognised by their payloads.
func Triggers() []string { return []string{sourceGeneric} }

const sourceNothing = "nothing"

// Sources are those of all triggers, in the order in which they are asked. Which source a payload is for is decided
// once, by the first of its shapes that AWS is known to send; the last takes every other payload.
func Sources(o *SourceOptions) []core.Source { return newTable(o).Sources() }

type sources struct {
	SourceOptions
	table trigger.Table // of its own rows, for the records of failed calls
	inner *sources      // decode what is in a message; nil where no further envelope is opened
}

func newTable(o *SourceOptions) trigger.Table {
	if o == nil {
		o = new(SourceOptions)
	}
	var s *sources
	for range trigger.MaxDepth + 1 {
		s = newSources(o, s)
	}
	return s.table.Listed(ingress(""), s.Triggers)
}

// newSources' order matters: of sources that share keys, the more specific comes first.
func newSources(o *SourceOptions, inner *sources) *sources {
	s := &sources{SourceOptions: *o, inner: inner}
	s.table = trigger.Table{
		{Name: sourceNothing, Is: s.isNothing, Decode: trigger.Nothing},
		{Name: sourcePipes, Is: isPipes, Decode: s.pipes},
		{Name: sourceCloudEvent, Is: isCloudEvent, Decode: cloudEvent},
		{Name: sourceS3, Is: isS3, Decode: s3},
		{Name: sourceSQS, Is: isSQS, Decode: s.sqs, Failed: failedMessages},
		{Name: sourceSNS, Is: isSNS, Decode: s.sns},
		{Name: sourceKinesis, Is: isKinesis, Decode: kinesis, Failed: firstFailure},
		{Name: sourceDynamoDB, Is: isDynamoDB, Decode: dynamoDB, Failed: firstFailure},
		{Name: sourceCodeCommit, Is: isCodeCommit, Decode: codeCommit},
		{Name: sourceSES, Is: isSES, Decode: ses},
		{Name: sourceKafka, Is: isKafka, Decode: kafka, Failed: failedOffsets},
		{Name: sourceActiveMQ, Is: isActiveMQ, Decode: activeMQ},
		{Name: sourceRabbitMQ, Is: isRabbitMQ, Decode: rabbitMQ},
		{Name: sourceDocumentDB, Is: isDocumentDB, Decode: documentDB},
		{Name: sourceLogs, Is: isLogs, Decode: logs},
		{Name: sourceEventBridge, Is: isEventBridge, Decode: s.eventBridge},
		{Name: sourceRefused, Is: isRefused, Decode: refused, Waits: true},
		{Name: sourceDestination, Is: isDestination, Decode: s.destination},
		{Name: sourceHTTP, Is: isHTTP, Decode: decodeHTTP},
		{Name: sourceAlarm, Is: isAlarm, Decode: alarm},
		{Name: sourceGeneric, Decode: s.generic},
	}
	return s
}

// isNothing is true for a batch without records, too: a filter may have kept them all, and a window may have none left.
func (s *sources) isNothing(p *trigger.Payload) bool {
	return trigger.IsEmpty(p) || isS3Test(p.Members) || s.Trigger != sourceGeneric && isEmptyBatch(p.Members)
}

func isEmptyBatch(m draft.Members) bool {
	return len(m) == 1 && m["Records"].IsArray() && !m["Records"].Get("0").Exists()
}
