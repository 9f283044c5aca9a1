package alifc

import (
	"bytes"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/draft"
	"sendbridge/adapters/internal/httpevent"
)

// recognise names the source of a payload. Function Compute does not say which trigger fired, and whoever may invoke the
// function can send any bytes: this is a convenience, no proof. Keys are compared in their exact case.
func (o SourceOptions) recognise(payload []byte) string {
	if len(bytes.TrimSpace(payload)) == 0 {
		return sourceNothing
	}
	if isCBOR(payload) {
		return sourceTablestore
	}
	if !gjson.ValidBytes(payload) || !utf8.Valid(payload) {
		return o.otherwise()
	}
	switch v := gjson.ParseBytes(payload); {
	case v.IsObject():
		return o.ofObject(draft.MembersOf(v), payload)
	case v.IsArray():
		return o.ofArray(v)
	}
	return o.otherwise()
}

// otherwise is the source of what no trigger is known to send.
func (o SourceOptions) otherwise() string {
	if o.Trigger == sourceMNSStream {
		return sourceMNSStream
	}
	return sourceGeneric
}

// ofObject asks for MNS before CloudEvents, as attributes of its messages stand beside its own keys and may have any
// name.
func (o SourceOptions) ofObject(m draft.Members, payload []byte) string {
	events := m["events"].Get("0.eventSource").String()
	switch {
	case m.Have("TopicOwner", "TopicName", "Subscriber", "SubscriptionName", "MessageId", "MessageMD5", "Message", "PublishTime"):
		return sourceMNS
	case m.Have("specversion", "id", "source", "type"):
		return sourceEventBridge
	case events == "acs:oss":
		return sourceOSS
	case events == "cdn":
		return sourceCDN
	case m.Have("triggerTime", "triggerName"):
		return sourceTimer
	case m.Have("requestContext", "rawPath"), m.Have("httpMethod", "path"):
		return ofRequest(payload, o.otherwise())
	case m["source"].Get("beginCursor").Exists() && m["source"].Get("endCursor").Exists() && m["source"].Get("shardId").Exists():
		return sourceSLS
	case m.Have("Version", "Records"):
		return sourceTablestore
	case len(m) == 2 && m.Have("body", "attrs"):
		return sourceMNSStream
	case isDestination(m):
		return sourceDestination
	case m["eventSource"].Str == "acs:datahub":
		return sourceDataHub
	case m["sendbridge"].Str == "doctor":
		return sourceDoctor
	case rawKindOf(m) != nil:
		return sourceEventBridge
	}
	return o.otherwise()
}

func ofRequest(payload []byte, otherwise string) string {
	switch s := httpevent.FunctionCompute(payload); {
	case s == nil:
		return otherwise
	case s.Name == "alibaba-api-gateway":
		return sourceAPIGateway
	}
	return sourceHTTP
}

// ofArray takes a stream of EventBridge by its first element. The others may be of another kind: each is looked at when
// it is decoded.
func (o SourceOptions) ofArray(list gjson.Result) string {
	first := list.Get("0")
	if !first.Exists() {
		return sourceNothing
	}
	if m := draft.MembersOf(elementOf(first)); m.Have("specversion", "id", "source", "type") || rawKindOf(m) != nil {
		return sourceEventBridge
	}
	return o.otherwise()
}
