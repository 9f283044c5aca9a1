// Events of EventBridge, one or a stream's array of them: https://help.aliyun.com/zh/eventbridge/user-guide/event-overview

package alifc

import (
	"bytes"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/internal/jsontext"
)

const sourceEventBridge = "eventbridge"

// isEventBridge accepts a stream if any of its elements is known, because that must not depend on the other elements. Each
// element is checked again when it is decoded.
func (s *sources) isEventBridge(p *trigger.Payload) (found bool) {
	if !p.JSON.IsArray() {
		return s.isElement(p.Members)
	}
	p.JSON.ForEach(func(_, element gjson.Result) bool {
		found = s.isElement(draft.MembersOf(elementOf(element)))
		return !found
	})
	return found
}

func (s *sources) isElement(m draft.Members) bool {
	return trigger.IsCloudEvent(m) || s.rawKindOf(m) != nil
}

// eventBridge decodes an event, or an array of events, of strings with events, or of RawData, in which only the data is
// left. An array's elements may differ: one that cannot be decoded does not affect the others.
func (s *sources) eventBridge(payload []byte, in core.Invocation) ([]core.Record, error) {
	root := gjson.ParseBytes(payload)
	elements := []gjson.Result{root}
	if root.IsArray() {
		elements = root.Array()
	}
	var records []core.Record
	suffixes := make(trigger.Suffixes)
	for i, element := range elements {
		element = elementOf(element)
		suffix := ""
		if root.IsArray() {
			suffix = suffixes.Next(element.Raw)
		}
		for _, r := range s.element(element, suffix, in) {
			if r.Ingress = ingress(sourceEventBridge); r.Err != nil && r.Raw == nil {
				r.Raw = []byte(elements[i].Raw)
			}
			records = append(records, r)
		}
	}
	return records, nil
}

// elementOf decodes the string that contains each event in event streams of 2022.
func elementOf(v gjson.Result) gjson.Result {
	if text := strings.TrimPrefix(v.Str, "\ufeff"); v.Type == gjson.String && jsontext.Valid(text) {
		return gjson.Parse(text)
	}
	return v
}

func (s *sources) element(element gjson.Result, suffix string, in core.Invocation) []core.Record {
	m := draft.MembersOf(element)
	if trigger.IsCloudEvent(m) {
		return s.cloudEvent(element, m, in)
	}
	if kind := s.rawKindOf(m); kind != nil {
		return s.raw(kind, element, suffix, in)
	}
	if s.Type == "" {
		return []core.Record{{Err: draft.Refusal("an element of an event stream from an unknown source, %s: set SENDBRIDGE_TYPE and SENDBRIDGE_SOURCE to send such elements", draft.Shape([]byte(element.Raw)))}}
	}
	e, derived := s.callsOwn(in, suffix, s.Type, []byte(element.Raw))
	e.JSON([]byte(element.Raw))
	r := e.Record([]byte(element.Raw))
	r.DerivedID = derived
	return []core.Record{r}
}

// cloudEvent decodes an event unchanged. Its data, or a message of a queue or topic in it, may be the record of a failed
// call.
func (s *sources) cloudEvent(element gjson.Result, m draft.Members, in core.Invocation) []core.Record {
	if records, ok := s.replayOneOf(in, m["id"].String(), m["data"], m["data"].Get("messageBody"), m["data"].Get("body"), m["data"].Get("value")); ok {
		return records
	}
	e, err := cloudevent.DecodeEvent(withTime(element))
	r := core.Record{Event: e, Err: err, MessageID: m["id"].String(), OrderingKey: orderingKeyOf(m["data"])}
	if err != nil {
		r.Raw = []byte(element.Raw)
	}
	return []core.Record{r}
}

// withTime moves a time that is not RFC 3339, as some cloud services write it, to the extension aliyuntime.
func withTime(element gjson.Result) []byte {
	at := element.Get("time")
	if _, ok := cloudevent.ParseRFC3339(at.Str); ok || at.Type != gjson.String || at.Str == "" {
		return []byte(element.Raw)
	}
	var b bytes.Buffer
	b.WriteByte('{')
	element.ForEach(func(name, value gjson.Result) bool {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key := name.Raw
		if name.Str == "time" {
			key = `"aliyuntime"`
		}
		b.WriteString(key + ":" + value.Raw)
		return true
	})
	b.WriteByte('}')
	return b.Bytes()
}

// orderingKeyOf returns the ordering key of a source with partitions, which keeps the order within a partition.
func orderingKeyOf(data gjson.Result) string {
	for _, at := range []gjson.Result{data, data.Get("topicPartition")} {
		if topic, partition := at.Get("topic"), at.Get("partition"); topic.Exists() && partition.Exists() {
			return topic.String() + "-" + partition.Raw
		}
	}
	return ""
}
