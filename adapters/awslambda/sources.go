package awslambda

import (
	"sendbridge/adapters/internal/trigger"
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
}

// newTable's order matters: of sources that share keys, the more specific comes first.
func newTable(o *SourceOptions) trigger.Table {
	s := new(sources)
	if o != nil {
		s.SourceOptions = *o
	}
	s.table = trigger.Table{
		{Name: sourceNothing, Is: isNothing, Decode: trigger.Nothing},
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
		{Name: sourceEventBridge, Is: isEventBridge, Decode: eventBridge},
		{Name: sourceRefused, Is: isRefused, Decode: refused},
		{Name: sourceDestination, Is: isDestination, Decode: s.destination},
		{Name: sourceHTTP, Is: isHTTP, Decode: decodeHTTP},
		{Name: sourceAlarm, Is: isAlarm, Decode: alarm},
		{Name: sourceGeneric, Decode: s.generic},
	}
	return s.table.Listed(ingress(""), s.Triggers)
}

func isNothing(p *trigger.Payload) bool { return trigger.IsEmpty(p) || isS3Test(p.Members) }
