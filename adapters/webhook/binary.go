package webhook

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
)

// decodeBinary reads an event whose attributes are headers and whose data is the body. HTTP cannot distinguish empty
// data from none, and most formats have no empty document, so an empty body means no data. Text in another charset has
// been converted, and datacontenttype says so, because devices and rules expect UTF-8.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
func decodeBinary(h http.Header, c content) (event.Event, error) {
	e := event.Event{Context: &event.EventContextV1{}, DataEncoded: c.body}
	if err := takeAttributes(&e, h); err != nil {
		return event.Event{}, err
	}
	return e, takeContentType(&e, c.mediaType)
}

func takeAttributes(e *event.Event, h http.Header) error {
	var wrong string
	var err error
	var renamed []string
	for key, values := range h {
		switch {
		case !isAttribute(key):
			continue
		case !cloudevent.IsAttributeName(attributeName(key)) && !isData(key):
			renamed = append(renamed, key)
			continue
		}
		// Report the first of several mistakes by name, so that the same request always gets the same answer.
		if mistake := takeAttribute(e, key, values); mistake != nil && (err == nil || key < wrong) {
			wrong, err = key, mistake
		}
	}
	if err != nil {
		return err
	}
	if _, ok := h["Ce-Specversion"]; !ok {
		return invalid("ce-specversion is missing: an event in headers must have ce-specversion: 1.0")
	}
	slices.Sort(renamed)
	for _, key := range renamed {
		if err := takeAttribute(e, key, h[key]); err != nil {
			return err
		}
	}
	return malformed(cloudevent.CheckEvent(cloudevent.ContextOf(e)))
}

func takeAttribute(e *event.Event, key string, values []string) error {
	name := attributeName(key)
	if len(values) != 1 {
		return invalid("header ce-%s is given %d times", name, len(values))
	}
	value := decodeValue(values[0])
	switch {
	case isData(key):
		return invalid("header ce-%s: an event in headers has its data in the body", name)
	case name == "datacontenttype":
		if value != "" {
			cloudevent.LeaveOut(e, name, errInContentType)
		}
	case !cloudevent.IsAttributeName(name):
		cloudevent.TakeRenamed(e, name, value)
	default:
		return malformed(cloudevent.Take(e, name, value))
	}
	return nil
}

var errInContentType = errors.New("an event in headers has its datacontenttype in Content-Type")

// isData reports whether a header claims to be the data. Such a request is rejected, because ignoring the header would
// lose data.
func isData(key string) bool {
	name := attributeName(key)
	return name == "data" || name == "data_base64"
}

// isAttribute reports whether a header is a context attribute. net/http does not canonicalise a name that is not a
// token, so the comparison ignores case: such a name must be rejected, not overlooked.
func isAttribute(key string) bool {
	return len(key) > 3 && key[2] == '-' && key[0]|0x20 == 'c' && key[1]|0x20 == 'e'
}

// attributeName returns the attribute's name for a header's name. Common names cost no allocation.
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
