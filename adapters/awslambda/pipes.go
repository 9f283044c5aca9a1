// Batches of EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourcePipes = "pipes"

func isPipes(p *trigger.Payload) bool { return p.JSON.IsArray() }

// pipes decodes an array of flat records. Each describes its own source, or is the output of the pipe's transformer.
func (s *sources) pipes(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	suffixes := make(trigger.Suffixes)
	for _, element := range gjson.ParseBytes(payload).Array() {
		records = append(records, s.pipesElement(element, suffixes, in)...)
	}
	return records, nil
}

func (s *sources) pipesElement(element gjson.Result, suffixes trigger.Suffixes, in core.Invocation) []core.Record {
	m := draft.MembersOf(element)
	switch source := m["eventSource"].Str; {
	case source == "aws:sqs":
		return s.sqsMessage(element, in)
	case source == "aws:kinesis":
		records := kinesisRecord(element, element, in)
		for i := range records {
			records[i].MessageID = m["eventID"].String()
		}
		return records
	case source == "aws:dynamodb":
		return []core.Record{dynamoDBRecord(element, m["eventID"].String())}
	case ofKafka(source):
		partition := m["topic"].String() + "-" + m["partition"].Raw
		arn := m["eventSourceArn"].String()
		if arn == "" {
			first, _, _ := strings.Cut(m["bootstrapServers"].String(), ",")
			arn = "kafka://" + first
		}
		return []core.Record{kafkaRecord(element, partition, arn)}
	case source == "aws:mq" || source == "aws:amq":
		return []core.Record{activeMQMessage(element, m["eventSourceArn"])}
	case source == "aws:rmq":
		return []core.Record{rabbitMQMessage(element, m["eventSourceKey"].String(), m["eventSourceArn"])}
	case trigger.IsCloudEvent(m):
		return arrival{ingress: ingress(sourcePipes)}.stamp([]core.Record{structured(element.Raw)})
	}
	if r := refusalOf(m); r != nil {
		return []core.Record{{Err: r.err(), SenderWaits: true, Ingress: ingress(sourcePipes)}}
	}
	r, err := s.envelopeless([]byte(element.Raw), suffixes.Next(element.Raw), in)
	if err != nil {
		r = core.Record{Err: err, Raw: []byte(element.Raw)}
	}
	r.Ingress = ingress(sourcePipes)
	return []core.Record{r}
}

// pipesBatch returns the function that names failed messages to a pipe, and the source of the pipe's records, of which
// there is only one. It returns nil for a source that does not accept such an answer.
func pipesBatch(results []core.Result) (source string, failed failures) {
	if len(results) == 0 {
		return "", nil
	}
	parts := strings.Split(results[0].Ingress, ":") // lambda:arn:aws:sqs:…
	switch source = parts[min(3, len(parts)-1)]; source {
	case sourceSQS:
		return source, failedMessages
	case sourceKinesis, sourceDynamoDB:
		return source, firstOf
	}
	return source, nil
}
