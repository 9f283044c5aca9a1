// What is left of an event of EventBridge with the event schema RawData: the value of data.
// https://alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-deliveryoption

package alifc

import (
	"cmp"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// A rawKind is how the data of one of EventBridge's sources is told, and what of the event it still says.
type rawKind struct {
	kind    string // the event's type
	keys    []string
	source  string // where SENDBRIDGE_SOURCE is not set; empty is the function
	id      func(m draft.Members) string
	subject func(m draft.Members) string
	time    func(m draft.Members) time.Time
	body    string // the member that is the message; empty is all of it
}

// rawKinds are asked in this order.
var rawKinds = [...]rawKind{
	{kind: "alikafka:Topic:Message", keys: []string{"topic", "partition", "offset"}, source: "acs:alikafka",
		id: func(m draft.Members) string {
			return m["topic"].String() + "-" + m["partition"].Raw + "-" + m["offset"].Raw
		},
		subject: func(m draft.Members) string { return m["topic"].String() },
		time:    func(m draft.Members) time.Time { return draft.Milliseconds(m["timestamp"]) }},
	{kind: "dts:ConsumeMessage", keys: []string{"topicPartition", "operationType"},
		id: func(m draft.Members) string {
			p := m["topicPartition"]
			return p.Get("topic").String() + "-" + p.Get("partition").Raw + "-" + m["offset"].Raw
		},
		subject: none, time: func(m draft.Members) time.Time { return draft.Seconds(m["sourceTimestamp"]) }},
	{kind: "mq:Topic:SendMessage", keys: []string{"topic", "systemProperties", "body"},
		id: func(m draft.Members) string {
			if id := m["msgId"].String(); id != "" {
				return id
			}
			return m["systemProperties"].Get("UNIQ_KEY").String()
		},
		subject: func(m draft.Members) string { return m["topic"].String() }, time: never},
	{kind: "amqp:Queue:SendMessage", keys: []string{"envelope", "props", "body"},
		id:      func(m draft.Members) string { return m["props"].Get("messageId").String() },
		subject: func(m draft.Members) string { return m["envelope"].Get("routingKey").String() }, time: never},
	{kind: "mns:Queue:SendMessage", keys: []string{"messageId", "messageBody"},
		id: func(m draft.Members) string { return m["messageId"].String() }, subject: none, time: never},
	{kind: "mqtt:Topic:Message", keys: []string{"props", "body"}, body: "body",
		id: none, subject: func(m draft.Members) string {
			return m["props"].Get("firstTopic").String() + m["props"].Get("secondTopic").String()
		}, time: never},
}

func none(draft.Members) string     { return "" }
func never(draft.Members) time.Time { return time.Time{} }

// rawKindOf returns the kind of an element; nil if it is of none.
func rawKindOf(m draft.Members) *rawKind {
	for i := range rawKinds {
		k := &rawKinds[i]
		if m.Have(k.keys...) && (k.body == "" || m["props"].Get("firstTopic").Exists()) {
			return k
		}
	}
	return nil
}

// raw makes an event of an element. Where nothing in it is an id, the call's with the hash of the element is it.
func (s *sources) raw(k *rawKind, element gjson.Result, suffix string, in core.Invocation) []core.Record {
	m := draft.MembersOf(element)
	if body := m["messageBody"]; k.kind == "mns:Queue:SendMessage" && body.Type == gjson.String {
		if records, ok := s.replayIn([]byte(body.Str), in, sourceEventBridge, m["messageId"].String()); ok {
			return records
		}
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
	r.DerivedID, r.OrderingKey = derived, laneOf(element)
	return []core.Record{r}
}
