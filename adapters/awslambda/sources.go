package awslambda

import (
	"fmt"
	"slices"
	"strings"

	"sendbridge/core"
)

// SourceOptions say what payloads are that don't say it themselves. The zero value refuses them.
type SourceOptions struct {
	Trigger string // one of Triggers, for what no source recognises; empty is generic where Type is set
	Source  string // CloudEvents source of generic events; empty is the function's ARN
	Type    string // CloudEvents type of generic events
}

// Triggers are the names of sources that can't be told by their payloads.
func Triggers() []string { return []string{sourceGeneric} }

// Check returns an error that lists what is allowed for a Trigger that there is not.
func (o *SourceOptions) Check() error {
	if o.Trigger != "" && !slices.Contains(Triggers(), o.Trigger) {
		return fmt.Errorf("trigger %q: want %s", o.Trigger, strings.Join(Triggers(), ", "))
	}
	if o.Trigger == sourceGeneric && o.Type == "" {
		return fmt.Errorf("trigger %q needs a type: that of the CloudEvents which it makes", o.Trigger)
	}
	return nil
}

// The sources' names, as in the ingress lambda:<name> of what came by one that has no ARN.
const (
	sourceNothing     = "nothing"
	sourcePipes       = "pipes"
	sourceCloudEvent  = "cloudevent"
	sourceS3          = "s3"
	sourceSQS         = "sqs"
	sourceSNS         = "sns"
	sourceKinesis     = "kinesis"
	sourceDynamoDB    = "dynamodb"
	sourceCodeCommit  = "codecommit"
	sourceSES         = "ses"
	sourceKafka       = "kafka"
	sourceActiveMQ    = "activemq"
	sourceRabbitMQ    = "rabbitmq"
	sourceDocumentDB  = "documentdb"
	sourceLogs        = "logs"
	sourceEventBridge = "eventbridge"
	sourceHTTP        = "http"
	sourceDestination = "destination"
	sourceAlarm       = "alarm"
	sourceRefused     = "refused"
	sourceGeneric     = "generic"
)

// Sources are those of all triggers, in the order in which they are asked. Which source a payload is for is decided
// once, by the first of its shapes that AWS is known to send; the last takes what is left.
func Sources(o *SourceOptions) []core.Source {
	s := newSources(o)
	list := make([]core.Source, len(s.list))
	for i := range s.list {
		list[i] = s.list[i].Source
	}
	return list
}

// A source is what a handler knows of a trigger.
type source struct {
	core.Source
	partial *batch // nil where the trigger knows one outcome for all it brought
}

// batch is how the trigger is told what failed; nil if it can't be.
func (s *source) batch(records []core.Record) *batch {
	if s.Name == sourcePipes {
		return pipesBatch(records)
	}
	return s.partial
}

type sources struct {
	options SourceOptions
	list    []source
	byName  map[string]int
}

func newSources(o *SourceOptions) sources {
	if o == nil {
		o = &SourceOptions{}
	}
	c := *o
	s := sources{options: c, byName: make(map[string]int)}
	for _, d := range []struct {
		name    string
		decode  func([]byte, core.Invocation) ([]core.Record, error)
		partial *batch
	}{
		{sourceNothing, func([]byte, core.Invocation) ([]core.Record, error) { return nil, nil }, nil},
		{sourcePipes, c.pipes, nil},
		{sourceCloudEvent, cloudEvent, nil},
		{sourceS3, s3, nil},
		{sourceSQS, c.sqs, &batch{"sqs", failedMessages}},
		{sourceSNS, c.sns, nil},
		{sourceKinesis, kinesis, &batch{"kinesis", firstFailure}},
		{sourceDynamoDB, dynamoDB, &batch{"dynamodb", firstFailure}},
		{sourceCodeCommit, codeCommit, nil},
		{sourceSES, ses, nil},
		{sourceKafka, kafka, &batch{"kafka", failedOffsets}},
		{sourceActiveMQ, activeMQ, nil},
		{sourceRabbitMQ, rabbitMQ, nil},
		{sourceDocumentDB, documentDB, nil},
		{sourceLogs, logs, nil},
		{sourceEventBridge, eventBridge, nil},
		{sourceHTTP, decodeHTTP, nil},
		{sourceDestination, c.destination, nil},
		{sourceAlarm, alarm, nil},
		{sourceRefused, refused, nil},
		{sourceGeneric, c.generic, nil},
	} {
		s.byName[d.name] = len(s.list)
		s.list = append(s.list, source{core.Source{
			Name:   d.name,
			Match:  func(payload []byte) bool { return recognise(payload) == d.name },
			Decode: d.decode,
		}, d.partial})
	}
	return s
}

// of returns the source of a payload, which is looked at once. There is always one.
func (s sources) of(payload []byte) *source { return &s.list[s.byName[recognise(payload)]] }
