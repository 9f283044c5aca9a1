package webhook

import (
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/cloudevent"
)

// The extensions of a trace; headers have the same names.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

// A traceContext is what a request says of the trace it belongs to. It is empty if the request says nothing, or
// nothing that can be understood, which is to count as nothing.
// https://www.w3.org/TR/trace-context/
type traceContext struct{ parent, state string }

func traceContextOf(h http.Header) (t traceContext) {
	if parents := h["Traceparent"]; len(parents) == 1 {
		t.parent, t.state = readTraceParent(parents[0]), readTraceState(h["Tracestate"])
	}
	return t
}

// addTo gives the trace to an event that has none of its own, which says more than the request that it came with.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
func (t traceContext) addTo(e *event.Event) {
	ec, ok := e.Context.(*event.EventContextV1)
	if !ok || t.parent == "" || ec.Extensions[traceParent] != nil {
		return
	}
	cloudevent.SetAttribute(ec, traceParent, t.parent) // it is of characters that no attribute refuses, and so is the state
	if t.state != "" && ec.Extensions[traceState] == nil {
		cloudevent.SetAttribute(ec, traceState, t.state)
	}
}

// readTraceParent returns version-traceid-parentid-flags as it is, empty if it is malformed. Of a version to come it
// takes what version 00 knows.
func readTraceParent(s string) string {
	const length = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(s) < length || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return ""
	}
	version, trace, parent, flags := s[:2], s[3:35], s[36:52], s[53:length]
	for _, field := range [...]string{version, trace, parent, flags} {
		if strings.Trim(field, "0123456789abcdef") != "" {
			return ""
		}
	}
	switch {
	case version == "ff", strings.Trim(trace, "0") == "", strings.Trim(parent, "0") == "":
		return ""
	case len(s) > length && (version == "00" || s[length] != '-'):
		return ""
	case version == "00":
		return s
	case strings.Contains("13579bdf", flags[1:]):
		return "00" + s[2:53] + "01"
	}
	return "00" + s[2:53] + "00"
}
