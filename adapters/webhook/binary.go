package webhook

import (
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
)

// decodeBinary reads an event whose attributes are headers and whose data is the body. HTTP can't tell empty data from
// none, and most formats have no empty document: an empty body is no data.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
//
// Text of another charset is UTF-8 by then, and datacontenttype says so: devices and rules see text as UTF-8 alone.
func decodeBinary(h http.Header, c content) (event.Event, error) {
	ec := &event.EventContextV1{}
	if err := setAttributes(ec, h, c.mediaType); err != nil {
		return event.Event{}, err
	}
	return event.Event{Context: ec, DataEncoded: c.body}, nil
}

func setAttributes(ec *event.EventContextV1, h http.Header, contentType string) error {
	var wrong string
	var err error
	for key, values := range h {
		if !isAttribute(key) {
			continue
		}
		// Of several mistakes the first by name is told, so that the same request gets the same answer.
		if e := setAttribute(ec, key, values); e != nil && (err == nil || key < wrong) {
			wrong, err = key, e
		}
	}
	if err != nil {
		return err
	}
	if _, ok := h["Ce-Specversion"]; !ok {
		return invalid("ce-specversion is missing: an event in headers must have ce-specversion: 1.0")
	}
	if contentType != "" {
		if err := cloudevent.SetAttribute(ec, "datacontenttype", contentType); err != nil {
			return malformed(err)
		}
	}
	return malformed(cloudevent.CheckEvent(ec))
}

func setAttribute(ec *event.EventContextV1, key string, values []string) error {
	name := attributeName(key)
	if len(values) != 1 {
		return invalid("header ce-%s is given %d times", name, len(values))
	}
	if name == "datacontenttype" {
		return invalid("header ce-datacontenttype: an event in headers has its datacontenttype in Content-Type")
	}
	return malformed(cloudevent.SetAttribute(ec, name, decodeValue(values[0])))
}

// isAttribute says whether a header carries a context attribute. net/http leaves a name that is no token as it came, so
// case counts for nothing here: such a name is to be refused, not overlooked.
func isAttribute(key string) bool {
	return len(key) > 3 && key[2] == '-' && key[0]|0x20 == 'c' && key[1]|0x20 == 'e'
}

// attributeName is the attribute's name in a header's. The usual ones cost no allocation.
func attributeName(key string) string {
	switch name := key[len("ce-"):]; name {
	case "Id":
		return "id"
	case "Source":
		return "source"
	case "Specversion":
		return "specversion"
	case "Type":
		return "type"
	case "Time":
		return "time"
	case "Subject":
		return "subject"
	default:
		return strings.ToLower(name)
	}
}
