package webhook

import (
	"mime"
	"net/http"
	"strings"
)

// A mode is one of the HTTP binding's ways to carry events, or of an inlet's.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping
type mode int

const (
	binary mode = iota
	structured
	batched
	raw   // not a CloudEvent: an inlet makes an event of the body
	lines // at an inlet: each line of the body is an event
)

// eventType is the common prefix of the media types of the binding's event formats.
const eventType = "application/cloudevents"

// IsCloudEvent reports whether a request carries CloudEvents of the HTTP binding, according to its headers.
func IsCloudEvent(h http.Header) bool {
	_, err := modeOf(h)
	return err == nil
}

// modeOf returns how a request carries its events. It uses only the headers, so that an unsupported request is rejected
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
		return binary, unsupported("content type %q: only the JSON event format is supported, as application/cloudevents+json or application/cloudevents-batch+json", contentType)
	}
	if p := strings.TrimSpace(parameters); p == "" || strings.EqualFold(p, "charset=utf-8") {
		return m, nil
	}
	return m, checkParameters(contentType)
}

// checkParameters rejects malformed parameters, which might hide a charset.
func checkParameters(contentType string) error {
	if _, _, err := mime.ParseMediaType(contentType); err != nil {
		return unsupported("content type %q: want parameters as name=value, separated by ;", contentType)
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

// single returns a header that may be given at most once, by its canonical name. It is empty if the header is absent.
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
