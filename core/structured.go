package core

import (
	"encoding/base64"
	"strconv"

	"github.com/cloudevents/sdk-go/v2/types"
)

// appendOriginal appends an event as rules send it on: one hop further, and without what bridges have written on it.
func appendOriginal(dst []byte, v *view) []byte {
	dst = appendAttributes(dst, v, isOwn)
	dst = strconv.AppendInt(appendName(dst, hopsName), int64(v.hops)+1, 10)
	return append(appendData(dst, v), '}')
}

// appendEvent appends an event as it is, but for the attribute that each bridge sets anew.
func appendEvent(dst []byte, v *view) []byte {
	dst = appendAttributes(dst, v, isIngress)
	return append(appendData(dst, v), '}')
}

func isIngress(name string) bool { return name == ingressName }

// isOwn says whether an attribute is a bridge's word, not the producer's.
func isOwn(name string) bool {
	return isIngress(name) || name == hopsName || isMark(name)
}

// appendAttributes opens an event in the JSON format, without the extensions that are left out. The same event gives
// the same bytes.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
func appendAttributes(dst []byte, v *view, out func(name string) bool) []byte {
	ec := v.context
	dst = append(dst, `{"specversion":"1.0"`...)
	for _, name := range [...]string{"id", "source", "type", "subject", "time", "datacontenttype", "dataschema"} {
		if a := v.attribute(name); a.kind == attribute {
			dst = appendJSONString(appendName(dst, name), a.str)
		}
	}
	for _, name := range extensionNames(ec) {
		if !out(name) {
			dst = appendExtension(appendName(dst, name), ec.Extensions[name])
		}
	}
	return dst
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
	return appendJSONString(dst, s)
}

// appendData appends a JSON value where data is JSON, a string where its type is another and it is text, and base64
// otherwise.
func appendData(dst []byte, v *view) []byte {
	switch v.data.kind {
	case missing:
		return dst
	case content:
		return append(appendName(dst, "data"), v.data.json.Raw...)
	case text:
		// Without datacontenttype a string in data would be read back as JSON, with its quotes.
		if v.context.DataContentType != nil {
			return appendJSONString(appendName(dst, "data"), v.data.str)
		}
	}
	dst = append(appendName(dst, "data_base64"), '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(v.data.str))
	return append(dst, '"')
}
