package awslambda

import (
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// SourceOptions describe payloads that do not describe themselves. The zero value rejects them.
type SourceOptions trigger.Options

// Triggers returns the names of sources that cannot be recognised by their payloads.
func Triggers() []string { return []string{sourceGeneric} }

const sourceNothing = "nothing"

// Sources returns the sources of all triggers, in the order in which they are tried. The first source whose shape a payload
// has decodes it; the last one accepts every other payload.
func Sources(o *SourceOptions) []core.Source { return newTable(o).Sources() }

type sources struct {
	SourceOptions
	table trigger.Table // decodes the records of failed calls
	inner *sources      // decodes envelopes in a message; nil if no further envelope is decoded
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

// newSources returns the sources. Of sources that share keys, the more specific one comes first.
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

// isNothing reports whether a payload contains no records. A batch may be empty because a filter removed all records, or
// because it is the last call of a window.
func (s *sources) isNothing(p *trigger.Payload) bool {
	return trigger.IsEmpty(p) || isS3Test(p.Members) || s.Trigger != sourceGeneric && isEmptyBatch(p.Members)
}

func isEmptyBatch(m draft.Members) bool {
	return len(m) == 1 && m["Records"].IsArray() && !m["Records"].Get("0").Exists()
}
