package cloudevent

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core/internal/text"
)

// EncodeEvent returns an event in the JSON format of CloudEvents 1.0, without sendbridgeingress. Data that does not have
// its datacontenttype is encoded as base64, and so is data that was received as base64.
func EncodeEvent(e event.Event) []byte {
	v := &View{Context: ContextOf(&e)}
	raw := e.Data()
	if err := v.look(raw); raw != nil && (err != nil || e.DataBase64) {
		v.Data = Value{Kind: binary, Str: string(raw)}
	}
	return appendEvent(nil, v)
}

// AppendOriginal appends an event as rules send it: with the hop count increased, and without the attributes that bridges
// have added.
func AppendOriginal(dst []byte, v *View) []byte {
	dst = appendAttributes(dst, v, isOwn)
	dst = strconv.AppendInt(appendName(dst, hopsName), int64(v.hops)+1, 10)
	return append(appendData(dst, v), '}')
}

// appendEvent appends an event without the attribute that each bridge sets itself.
func appendEvent(dst []byte, v *View) []byte {
	dst = appendAttributes(dst, v, isIngress)
	return append(appendData(dst, v), '}')
}

func isIngress(name string) bool { return name == ingressName }

// isOwn reports whether an attribute was added by a bridge, not by the producer.
func isOwn(name string) bool {
	return isIngress(name) || name == hopsName || IsDeadLetterMark(name)
}

// appendAttributes appends the beginning of an event in the JSON format, without the extensions for which out returns true.
// The same event always gives the same bytes.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
func appendAttributes(dst []byte, v *View, out func(name string) bool) []byte {
	ec := v.Context
	dst = append(dst, `{"specversion":"1.0"`...)
	for _, name := range [...]string{"id", "source", "type", "subject", "time", "datacontenttype", "dataschema"} {
		if name == "time" && ec.Time != nil && !IsSentTime(ec.Time.Time) {
			dst = appendTime(appendName(dst, name), ec.Time.Time)
		} else if a := v.Attribute(name); a.Kind == attribute {
			dst = text.AppendJSONString(appendName(dst, name), a.Str)
		}
	}
	for _, name := range extensionNames(ec) {
		if !out(name) {
			dst = appendExtension(appendName(dst, name), ec.Extensions[name])
		}
	}
	return dst
}

// appendTime appends a time's canonical text, in which nothing is to be escaped.
func appendTime(dst []byte, t time.Time) []byte {
	return append(t.UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
}

func appendName(dst []byte, name string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	return append(dst, '"', ':')
}

func appendExtension(dst []byte, v any) []byte {
	s, err := types.Format(v)
	if err != nil {
		return append(dst, "null"...)
	}
	switch v.(type) {
	case bool, int32:
		return append(dst, s...)
	}
	return text.AppendJSONString(dst, s)
}

// appendData appends the data: a JSON value if it is JSON, a string if it is text of another type, or else base64.
func appendData(dst []byte, v *View) []byte {
	switch v.Data.Kind {
	case Missing:
		return dst
	case JSON:
		return append(appendName(dst, "data"), v.Data.JSON.Raw...)
	case Text:
		// Without datacontenttype, a string in data would be read as JSON, with its quotes.
		if v.Context.DataContentType != nil {
			return text.AppendJSONString(appendName(dst, "data"), v.Data.Str)
		}
	}
	dst = append(appendName(dst, "data_base64"), '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(v.Data.Str))
	return append(dst, '"')
}
