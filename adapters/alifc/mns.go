// Messages of an MNS topic: https://help.aliyun.com/document_detail/2513641.html

package alifc

import (
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/core"
)

// mns decodes a message of a topic with notifyContentFormat JSON.
func (o SourceOptions) mns(payload []byte, in core.Invocation) ([]core.Record, error) {
	message := gjson.ParseBytes(payload)
	body, id := message.Get("Message").String(), message.Get("MessageId").String()
	if records, ok := o.replayIn([]byte(body), in, sourceMNS, id); ok {
		return records, nil
	}
	source := "acs:mns:" + in.Region + ":" + message.Get("TopicOwner").String() + ":/topics/" + message.Get("TopicName").String()
	e := draft.New(id, source, "mns:Topic:PublishMessage")
	e.SetText("subject", message.Get("SubscriptionName").String())
	e.Time(milliseconds(message.Get("PublishTime").Int()))
	e.Set("aliyunaccountid", message.Get("TopicOwner").String())
	message.ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "TopicOwner", "TopicName", "SubscriptionName", "MessageId", "PublishTime", "Message":
		default:
			setAttribute(e, name.Str, value)
		}
		return true
	})
	e.Data([]byte(body))
	records := one(e, sourceMNS, payload, false)
	records[0].MessageID = id
	return records, nil
}

// setAttribute makes an extension mns… of what else a message says of itself, its users' attributes among it. Names that
// become alike are one: the first counts.
func setAttribute(e *draft.Event, name string, value gjson.Result) {
	name = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if name = "mns" + name; !e.Has(name) {
		e.SetText(name, value.String())
	}
}

// mnsStream decodes a message of a topic with notifyContentFormat STREAM: the body alone, as it is or as a JSON string,
// or with the message's attributes beside it. Nothing tells its topic, its id and its time.
func (o SourceOptions) mnsStream(payload []byte, in core.Invocation) ([]core.Record, error) {
	e, derived := o.callsOwn(in, "", "mns:Topic:PublishMessage", payload)
	body := payload
	if gjson.ValidBytes(payload) {
		v := gjson.ParseBytes(payload)
		switch m := draft.MembersOf(v); {
		case v.Type == gjson.String:
			body = []byte(v.Str)
		case len(m) == 2 && m.Have("body", "attrs"):
			body = []byte(m["body"].String())
			m["attrs"].ForEach(func(name, value gjson.Result) bool {
				setAttribute(e, name.Str, value)
				return true
			})
		}
	}
	e.Data(body)
	return one(e, sourceMNSStream, payload, derived), nil
}
