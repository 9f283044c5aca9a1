package webhook

import (
	"mime"
	"net/http"
	"strings"
)

// A mode is the HTTP binding's way to carry events.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping
type mode int

const (
	binary mode = iota
	structured
	batched
	raw   // no CloudEvent: a body that an inlet makes one of
	lines // at an inlet: a body of which each line is one
)

// eventType is what all media types of the binding's event formats start with.
const eventType = "application/cloudevents"

// IsCloudEvent says whether a request's headers say that it carries CloudEvents of the HTTP binding.
func IsCloudEvent(h http.Header) bool {
	_, err := modeOf(h)
	return err == nil
}

// modeOf says how a request carries its events, from its headers alone, so that what can't be understood is refused
// before its body is read.
func modeOf(h http.Header) (mode, error) {
	if _, err := codingsOf(h); err != nil {
		return binary, err
	}
	contentType, err := single(h, "Content-Type")
	if err != nil {
		return binary, err
	}
	m, err := modeOfType(contentType)
	if err == nil && m == binary && !hasAttributes(h) {
		err = unsupported("not a CloudEvent: content type %q and no ce- headers; send a structured event as application/cloudevents+json", contentType)
	}
	return m, err
}

func modeOfType(contentType string) (mode, error) {
	base, parameters, _ := strings.Cut(contentType, ";")
	base = strings.TrimSpace(base)
	if len(base) < len(eventType) || !strings.EqualFold(base[:len(eventType)], eventType) {
		return binary, nil
	}
	m := structured
	switch format := base[len(eventType):]; {
	case strings.EqualFold(format, "+json"):
	case strings.EqualFold(format, "-batch+json"):
		m = batched
	default:
		return binary, unsupported("content type %q: of the event formats only JSON is understood, application/cloudevents+json and application/cloudevents-batch+json", contentType)
	}
	if p := strings.TrimSpace(parameters); p == "" || strings.EqualFold(p, "charset=utf-8") {
		return m, nil
	}
	return m, checkParameters(contentType)
}

// checkParameters refuses what may hide a charset.
func checkParameters(contentType string) error {
	if _, _, err := mime.ParseMediaType(contentType); err != nil {
		return unsupported("content type %q: parameters are name=value, separated by ;", contentType)
	}
	return nil
}

func hasAttributes(h http.Header) bool {
	if _, ok := h["Ce-Specversion"]; ok {
		return true
	}
	for key := range h {
		if isAttribute(key) {
			return true
		}
	}
	return false
}

// single returns a header that may be given once at most, by its canonical name; empty if it is not given.
func single(h http.Header, name string) (string, error) {
	switch values := h[name]; len(values) {
	case 0:
		return "", nil
	case 1:
		return values[0], nil
	default:
		return "", invalid("header %s is given %d times", name, len(values))
	}
}
