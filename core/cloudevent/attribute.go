package cloudevent

import (
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core/fault"
)

// ingressName is the attribute that the bridge itself sets: see Record.Ingress.
const ingressName = "sendbridgeingress"

// SetAttribute sets a context attribute by its name from its text, as HTTP headers carry it, and keeps that text, because
// patterns compare it and payloads show it. The error names the attribute and its allowed values. For attributes that a
// sender wrote, use Take.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system
func SetAttribute(ec *event.EventContextV1, name, text string) error {
	return setAttribute(ec, nil, name, text)
}

// An optional holds the values that a context points to, in one allocation.
type optional struct {
	subject, mediaType string
	time               types.Timestamp
}

func (o *optional) orNew() *optional {
	if o == nil {
		return new(optional)
	}
	return o
}

// setAttribute is SetAttribute with space for the values of one event; nil means none.
func setAttribute(ec *event.EventContextV1, room *optional, name, text string) error {
	if err := checkText(name, text); err != nil {
		return err
	}
	switch name {
	case "specversion":
		if text != event.CloudEventsVersionV1 {
			return InvalidEvent("specversion %q: only 1.0 is supported", text)
		}
	case "id":
		ec.ID = text
	case "source":
		if !IsURIReference(text) {
			return InvalidEvent("source %q: must be a URI reference, such as /sensors/7 or urn:example:7", text)
		}
		ec.Source.URL = sentURI(text)
	case "type":
		ec.Type = text
	case "subject":
		room = room.orNew()
		room.subject = text
		ec.Subject = &room.subject
	case "datacontenttype":
		if !isMediaType(text) {
			return InvalidEvent("datacontenttype %q: must be a media type, such as application/json", text)
		}
		room = room.orNew()
		room.mediaType = text
		ec.DataContentType = &room.mediaType
	case "dataschema":
		if !IsURIReference(text) { // Event Grid writes #, which is not an absolute URI
			return InvalidEvent("dataschema %q: must be a URI", text)
		}
		ec.DataSchema = &types.URI{URL: sentURI(text)}
	case "time":
		t, ok := ParseRFC3339(text)
		if !ok {
			return InvalidEvent("time %q: must be RFC 3339, such as 2026-01-31T12:00:00Z", text)
		}
		room = room.orNew()
		room.time.Time = t
		ec.Time = &room.time
	default:
		return setExtension(ec, name, text)
	}
	return nil
}

// CheckEvent returns an error that names the first missing required attribute.
func CheckEvent(ec *event.EventContextV1) error {
	name := ""
	switch {
	case ec.ID == "":
		name = "id"
	case ec.Source.URL == (url.URL{}):
		name = "source"
	case ec.Type == "":
		name = "type"
	default:
		return nil
	}
	return InvalidEvent("%s is missing: an event must have id, source, type and specversion", name)
}

func isMediaType(text string) bool {
	if text == "application/json" {
		return true
	}
	base, _, err := mime.ParseMediaType(text)
	return err == nil && strings.Contains(base, "/")
}

func InvalidEvent(format string, args ...any) error {
	return fault.New(fault.CodeInvalidEvent, fault.ActorSender, format, args...)
}

// setExtension sets an extension of any of CloudEvents' types.
func setExtension(ec *event.EventContextV1, name string, v any) error {
	if !IsAttributeName(name) {
		return InvalidEvent("attribute %q: the name of an attribute must consist of a-z and 0-9 and must not be data", name)
	}
	if ec.Extensions == nil {
		ec.Extensions = make(map[string]any)
	}
	ec.Extensions[name] = v
	return nil
}

// checkText rejects text that no attribute may contain.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system
func checkText(name, text string) error {
	if text == "" {
		return InvalidEvent("%s is empty: leave it out, or give it a value", name)
	}
	if !utf8.ValidString(text) {
		return InvalidEvent("%s %q: must be UTF-8", name, text)
	}
	if strings.ContainsFunc(text, isDisallowed) {
		return InvalidEvent("%s %q: must not contain control characters or noncharacters", name, text)
	}
	return nil
}

// EscapeDisallowed percent-encodes what no attribute may contain: control characters, noncharacters and bytes that are not
// UTF-8.
func EscapeDisallowed(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, isDisallowed) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 || isDisallowed(r) {
			for _, c := range []byte(text[:size]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

func isDisallowed(r rune) bool {
	return unicode.IsControl(r) || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
}

// attributeText returns a context attribute as its sender wrote it, or an empty string if the event has none.
func attributeText(ec *event.EventContextV1, name string) string {
	switch name {
	case "specversion":
		return event.CloudEventsVersionV1
	case "id":
		return ec.ID
	case "source":
		return uriText(&ec.Source.URL)
	case "type":
		return ec.Type
	case "subject":
		return orEmpty(ec.Subject)
	case "datacontenttype":
		return orEmpty(ec.DataContentType)
	case "dataschema":
		if ec.DataSchema != nil {
			return uriText(&ec.DataSchema.URL)
		}
	case "time":
		if ec.Time != nil {
			return timeText(ec.Time.Time)
		}
	}
	if v, ok := ec.Extensions[name]; ok {
		if s, err := types.Format(v); err == nil {
			return s
		}
	}
	return ""
}

// extensionNames returns the names sorted, so that an event is always encoded the same way.
func extensionNames(ec *event.EventContextV1) []string {
	if len(ec.Extensions) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(ec.Extensions))
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
