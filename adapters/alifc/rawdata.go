// Events of EventBridge with the event schema RawData, which keeps only the value of data:
// https://alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-deliveryoption

package alifc

import (
	"cmp"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// A rawKind describes the data of one of EventBridge's sources: how to recognise it, and which parts of the event it still
// contains.
type rawKind struct {
	kind    string // the event's type
	shape   trigger.Shape
	common  bool   // the shape has only common names, so the settings may override it
	source  string // used if SENDBRIDGE_SOURCE is not set; empty means the function
	id      func(m draft.Members) string
	subject func(m draft.Members) string
	time    func(m draft.Members) time.Time
	body    string // the member with the message; empty means the whole element
}

// rawKinds are tried in this order.
var rawKinds = [...]rawKind{
	{kind: "alikafka:Topic:Message", common: true, shape: trigger.Shape{"topic:text", "partition:number", "offset:number", "timestamp:number"}, source: "acs:alikafka",
		id: func(m draft.Members) string {
			return m["topic"].String() + "-" + m["partition"].Raw + "-" + m["offset"].Raw
		},
		subject: func(m draft.Members) string { return m["topic"].String() },
		time:    func(m draft.Members) time.Time { return draft.Milliseconds(m["timestamp"]) }},
	{kind: "dts:ConsumeMessage", shape: trigger.Shape{"topicPartition.topic:text", "offset", "operationType:text"},
		id: func(m draft.Members) string {
			p := m["topicPartition"]
			return p.Get("topic").String() + "-" + p.Get("partition").Raw + "-" + m["offset"].Raw
		},
		subject: none, time: func(m draft.Members) time.Time { return draft.Seconds(m["sourceTimestamp"]) }},
	{kind: "mq:Topic:SendMessage", shape: trigger.Shape{"topic:text", "systemProperties:object", "body"},
		id: func(m draft.Members) string {
			if id := m["msgId"].String(); id != "" {
				return id
			}
			return m["systemProperties"].Get("UNIQ_KEY").String()
		},
		subject: func(m draft.Members) string { return m["topic"].String() }, time: never},
	{kind: "amqp:Queue:SendMessage", shape: trigger.Shape{"envelope.deliveryTag", "props:object", "body"},
		id:      func(m draft.Members) string { return m["props"].Get("messageId").String() },
		subject: func(m draft.Members) string { return m["envelope"].Get("routingKey").String() }, time: never},
	{kind: "mns:Queue:SendMessage", common: true, shape: trigger.Shape{"messageId:text", "messageBody"},
		id: func(m draft.Members) string { return m["messageId"].String() }, subject: none, time: never},
	{kind: "mqtt:Topic:Message", shape: trigger.Shape{"props.firstTopic:text", "body"}, body: "body",
		id: none, subject: func(m draft.Members) string {
			return m["props"].Get("firstTopic").String() + m["props"].Get("secondTopic").String()
		}, time: never},
}

func none(draft.Members) string     { return "" }
func never(draft.Members) time.Time { return time.Time{} }

// rawKindOf returns the kind of an element, or nil.
func (s *sources) rawKindOf(m draft.Members) *rawKind {
	for i := range rawKinds {
		k := &rawKinds[i]
		if k.shape.Fits(m) && (!k.common || s.Trigger != sourceGeneric) {
			return k
		}
	}
	return nil
}

// raw makes an event of an element. If the element has no id, the event's id is the call's with the hash of the element.
func (s *sources) raw(k *rawKind, element gjson.Result, suffix string, in core.Invocation) []core.Record {
	m := draft.MembersOf(element)
	if records, ok := s.replayOneOf(in, k.id(m), m["messageBody"], m["body"], m["value"]); ok {
		return records
	}
	e, derived := s.callsOwn(in, suffix, k.kind, []byte(element.Raw))
	if id := k.id(m); id != "" {
		e, derived = draft.New(id, s.sourceOr(cmp.Or(k.source, in.Function)), k.kind), false
	}
	e.SetText("subject", k.subject(m))
	e.Time(k.time(m))
	if k.body == "" {
		e.JSON([]byte(element.Raw))
	} else if body := m[k.body]; body.Type == gjson.String {
		e.Data([]byte(body.Str))
		e.SetText("mqttclientid", m["props"].Get("clientId").String())
	} else {
		e.JSON([]byte(body.Raw))
	}
	r := e.Record([]byte(element.Raw))
	r.DerivedID, r.OrderingKey = derived, orderingKeyOf(element)
	return []core.Record{r}
}
