// Batches of EventBridge Pipes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// pipes decodes an array of flat records, each of which says what it is, or is what the pipe's transformer made.
func (o SourceOptions) pipes(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, element := range gjson.ParseBytes(payload).Array() {
		records = append(records, o.pipesElement(element, in)...)
	}
	return draft.TellApart(records), nil
}

func (o SourceOptions) pipesElement(element gjson.Result, in core.Invocation) []core.Record {
	m := draft.MembersOf(element)
	switch source := m["eventSource"].Str; {
	case source == "aws:sqs":
		return o.sqsMessage(element, in)
	case source == "aws:kinesis":
		records := kinesisRecord(element, element, in)
		for i := range records {
			records[i].MessageID = m["eventID"].String()
		}
		return records
	case source == "aws:dynamodb":
		return []core.Record{dynamoDBRecord(element, m["eventID"].String())}
	case ofEventSource[source] == sourceKafka:
		partition := m["topic"].String() + "-" + m["partition"].Raw
		arn := m["eventSourceArn"].String()
		if arn == "" {
			first, _, _ := strings.Cut(m["bootstrapServers"].String(), ",")
			arn = "kafka://" + first
		}
		return []core.Record{kafkaRecord(element, partition, arn)}
	case isCloudEvent(m):
		return way{ingress: ingress(sourcePipes)}.take([]core.Record{structured(element.Raw)})
	}
	r, err := o.envelopeless([]byte(element.Raw), "-"+draft.Hash(element.Raw), in)
	if err != nil {
		r = core.Record{Err: err, Raw: []byte(element.Raw)}
	}
	r.Ingress = ingress(sourcePipes)
	return []core.Record{r}
}

// pipesBatch is how a pipe is told what failed, by the source of what it brought; nil for a source of which it takes no
// such answer. A pipe has one source.
func pipesBatch(records []core.Record) *batch {
	if len(records) == 0 {
		return nil
	}
	parts := strings.Split(records[0].Ingress, ":") // lambda:arn:aws:sqs:…
	switch service := parts[min(3, len(parts)-1)]; service {
	case "sqs":
		return &batch{service, failedMessages}
	case "kinesis", "dynamodb":
		return &batch{service, firstOf}
	}
	return nil
}
