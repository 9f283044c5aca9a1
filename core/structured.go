package core

import (
	"encoding/base64"

	"github.com/cloudevents/sdk-go/v2/types"
)

// appendEvent appends an event in the JSON format, without the attribute that the bridge itself sets. The same event
// gives the same bytes. Data is a JSON value where it is JSON, a string where its type is another and it is text, and
// data_base64 otherwise.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
func appendEvent(dst []byte, v *view) []byte {
	ec := v.context
	dst = append(dst, `{"specversion":"1.0"`...)
	for _, name := range [...]string{"id", "source", "type", "subject", "time", "datacontenttype", "dataschema"} {
		if a := v.attribute(name); a.kind == attribute {
			dst = appendJSONString(appendName(dst, name), a.str)
		}
	}
	for _, name := range extensionNames(ec) {
		if name != ingressName {
			dst = appendExtension(appendName(dst, name), ec.Extensions[name])
		}
	}
	return append(appendData(dst, v), '}')
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
