// Messages of Amazon MQ, from ActiveMQ and RabbitMQ: https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html

package awslambda

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

const (
	sourceActiveMQ = "activemq"
	sourceRabbitMQ = "rabbitmq"
)

func isActiveMQ(p *trigger.Payload) bool {
	source := p.Members["eventSource"].Str
	return (source == "aws:mq" || source == "aws:amq") && p.Members["messages"].IsArray()
}

func isRabbitMQ(p *trigger.Payload) bool {
	return trigger.Shape{"eventSource=aws:rmq", "rmqMessagesByQueue:object"}.Fits(p.Members)
}

func activeMQ(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	arn := v.Get("eventSourceArn")
	var records []core.Record
	for _, m := range v.Get("messages").Array() {
		records = append(records, activeMQMessage(m, arn))
	}
	return records, nil
}

func activeMQMessage(m, arn gjson.Result) core.Record {
	id := m.Get("messageID").String()
	e := draft.New(id, arn.String(), "com.amazonaws.mq.message")
	e.SetText("subject", m.Get("destination.physicalName").String())
	e.Time(draft.Milliseconds(m.Get("timestamp")))
	e.SetText("mqcorrelationid", m.Get("correlationID").String())
	setProperties(e, "mq", m.Get("properties"))
	e.Data(decoded(e, m.Get("data")))
	return arrival{ingress: byARN(arn, sourceActiveMQ), messageID: id}.record(e, m.Raw)
}

// rabbitMQ decodes messages by queue. Their time has no zone, and is left out.
func rabbitMQ(payload []byte, _ core.Invocation) ([]core.Record, error) {
	v := gjson.ParseBytes(payload)
	arn := v.Get("eventSourceArn")
	queues := draft.MembersOf(v.Get("rmqMessagesByQueue"))
	var records []core.Record
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		for _, m := range queues[name].Array() {
			records = append(records, rabbitMQMessage(m, name, arn))
		}
	}
	return records, nil
}

// rabbitMQMessage returns the event of a message. A message without an id is identified by its whole content: two equal
// messages cannot be distinguished from one that was delivered twice.
func rabbitMQMessage(m gjson.Result, name string, arn gjson.Result) core.Record {
	properties := m.Get("basicProperties")
	id := properties.Get("messageId").String()
	derived := id == ""
	if derived {
		id = draft.Hash(arn.String(), name, properties.Raw, m.Get("data").Raw)
	}
	e := draft.New(id, arn.String(), "com.amazonaws.rmq.message")
	queue, _, _ := strings.Cut(name, "::")
	e.SetText("subject", queue)
	e.SetText("rmqcorrelationid", properties.Get("correlationId").String())
	setProperties(e, "rmq", properties.Get("headers"))
	mediaType := properties.Get("contentType").String()
	data, err := rabbitContent(properties.Get("contentEncoding").String(), mediaType, decoded(e, m.Get("data")))
	if err != nil {
		e.Refuse("contentEncoding: %v", err)
	}
	e.Typed(mediaType, data)
	r := arrival{ingress: byARN(arn, sourceRabbitMQ)}.record(e, m.Raw)
	r.DerivedID = derived
	return r
}

// setProperties sets extensions from what producers add to a message. Text may be an object with a list of bytes.
func setProperties(e *draft.Event, prefix string, properties gjson.Result) {
	properties.ForEach(func(name, value gjson.Result) bool {
		text := value.String()
		if list := value.Get("bytes"); value.IsObject() && list.IsArray() {
			var raw []byte
			for _, b := range list.Array() {
				raw = append(raw, byte(b.Int()))
			}
			text = string(raw)
		}
		if value.Type != gjson.Null {
			e.SetOnce(prefix, name.String(), text)
		}
		return true
	})
}
