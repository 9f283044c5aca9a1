// Messages of SQS: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

package awslambda

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const sourceSQS = "sqs"

func isSQS(p *trigger.Payload) bool {
	return p.HasRecords("aws:sqs", trigger.Shape{"messageId:text", "body"})
}

func (s *sources) sqs(payload []byte, in core.Invocation) ([]core.Record, error) {
	var records []core.Record
	for _, message := range gjson.GetBytes(payload, "Records").Array() {
		records = append(records, s.sqsMessage(message, in)...)
	}
	return records, nil
}

// sqsMessage returns the event of a message, or the events in it. Messages of a group share an ordering key in a FIFO
// queue. Only the queue's name shows that it is one, because standard queues may have groups, too.
func (s *sources) sqsMessage(message gjson.Result, in core.Invocation) []core.Record {
	arn, attributes := message.Get("eventSourceARN"), message.Get("attributes")
	via := arrival{ingress: byARN(arn, sourceSQS), messageID: message.Get("messageId").String()}
	if strings.HasSuffix(arn.String(), ".fifo") {
		via.orderingKey = "group " + attributes.Get("MessageGroupId").String()
	}
	body := message.Get("body").String()
	if r, ok := binary(messageAttributes(message.Get("messageAttributes"), "stringValue"), []byte(body), message.Raw); ok {
		return via.stamp([]core.Record{r})
	}
	if records, ok := s.unwrap(body, in); ok {
		return via.stamp(records)
	}
	e := draft.New(via.messageID, arn.String(), "com.amazonaws.sqs.message")
	e.Time(draft.Milliseconds(attributes.Get("SentTimestamp")))
	e.SetText("partitionkey", attributes.Get("MessageGroupId").String())
	e.Set("sequence", sequence(attributes.Get("SequenceNumber").String()))
	message.Get("messageAttributes").ForEach(func(name, value gjson.Result) bool {
		text := value.Get("stringValue")
		if !text.Exists() {
			text = value.Get("binaryValue") // base64
		}
		e.SetOnce("sqs", name.String(), text.String())
		return true
	})
	e.Data([]byte(body))
	return []core.Record{via.record(e, message.Raw)}
}

// messageAttributes returns the attributes of a message that are text, by their names.
func messageAttributes(object gjson.Result, value string) map[string]string {
	all := make(map[string]string)
	object.ForEach(func(name, a gjson.Result) bool {
		if text := a.Get(value); text.Type == gjson.String {
			all[name.String()] = text.Str
		}
		return true
	})
	return all
}
