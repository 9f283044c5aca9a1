// Messages of an MNS topic: https://help.aliyun.com/document_detail/2513641.html

package alifc

import (
	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
	"sendbridge/internal/jsontext"
)

const (
	sourceMNS       = "mns"
	sourceMNSStream = "mns-stream"
)

func isMNS(p *trigger.Payload) bool {
	return trigger.Shape{"TopicOwner", "TopicName:text", "Subscriber", "SubscriptionName:text", "MessageId:text", "MessageMD5", "Message", "PublishTime"}.Fits(p.Members)
}

// mns decodes a message of a topic with notifyContentFormat JSON.
func (s *sources) mns(payload []byte, in core.Invocation) ([]core.Record, error) {
	message := gjson.ParseBytes(payload)
	body, id := message.Get("Message").String(), message.Get("MessageId").String()
	if records, ok := s.replayIn(body, in, sourceMNS, id); ok {
		return records, nil
	}
	source := "acs:mns:" + in.Region + ":" + message.Get("TopicOwner").String() + ":/topics/" + message.Get("TopicName").String()
	e := draft.New(id, source, "mns:Topic:PublishMessage")
	e.SetText("subject", message.Get("SubscriptionName").String())
	e.Time(draft.Milliseconds(message.Get("PublishTime")))
	e.Set("aliyunaccountid", message.Get("TopicOwner").String())
	message.ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "TopicOwner", "TopicName", "SubscriptionName", "MessageId", "PublishTime", "Message":
		default:
			e.SetOnce("mns", name.Str, value.String())
		}
		return true
	})
	e.Data([]byte(body))
	records := one(e, sourceMNS, payload, false)
	records[0].MessageID = id
	return records, nil
}

// isMNSStream reports whether a payload is a body with attributes, or the settings say that unknown payloads are messages
// of a stream.
func (s *sources) isMNSStream(p *trigger.Payload) bool {
	return s.Trigger == sourceMNSStream || s.Trigger != sourceGeneric && hasAttributes(p.Members)
}

// hasAttributes reports whether a payload is a body with attributes. Its two member names are common, so the settings may
// override it.
func hasAttributes(m draft.Members) bool {
	if len(m) != 2 || !(trigger.Shape{"attrs:object"}).Fits(m) || m["body"].Type != gjson.String {
		return false
	}
	ok := true
	m["attrs"].ForEach(func(_, value gjson.Result) bool {
		ok = value.Type == gjson.String
		return ok
	})
	return ok
}

// mnsStream decodes a message of a topic with notifyContentFormat STREAM: the body alone, unchanged or as a JSON string, or
// the body together with the message's attributes. Its topic, id and time are unknown.
func (s *sources) mnsStream(payload []byte, in core.Invocation) ([]core.Record, error) {
	e, derived := s.callsOwn(in, "", "mns:Topic:PublishMessage", payload)
	body := payload
	if jsontext.Valid(payload) {
		v := gjson.ParseBytes(payload)
		switch m := draft.MembersOf(v); {
		case v.Type == gjson.String:
			body = []byte(v.Str)
		case hasAttributes(m):
			body = []byte(m["body"].String())
			m["attrs"].ForEach(func(name, value gjson.Result) bool {
				e.SetOnce("mns", name.Str, value.String())
				return true
			})
		}
	}
	e.Data(body)
	return one(e, sourceMNSStream, payload, derived), nil
}
