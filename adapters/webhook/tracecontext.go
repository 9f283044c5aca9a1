package webhook

import (
	"context"
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	"go.opentelemetry.io/otel/propagation"

	"sendbridge/core/cloudevent"
)

// The extensions of a trace; headers have the same names.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

// A traceContext is the trace context in a request's headers. It is empty if the headers have none, or an invalid one,
// which the standard tells receivers to ignore.
// https://www.w3.org/TR/trace-context/
type traceContext struct{ parent, state string }

func traceContextOf(h http.Header) (t traceContext) {
	if len(h["Traceparent"]) != 1 {
		return t
	}
	in := propagation.MapCarrier{traceParent: h["Traceparent"][0], traceState: strings.Join(h["Tracestate"], ",")}
	out := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(propagation.TraceContext{}.Extract(context.Background(), in), out)
	return traceContext{out[traceParent], out[traceState]}
}

// addTo adds the trace context to an event that has none. The event's own describes it better than the request's.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
func (t traceContext) addTo(e *event.Event) {
	ec, ok := e.Context.(*event.EventContextV1)
	if !ok || t.parent == "" || ec.Extensions[traceParent] != nil {
		return
	}
	cloudevent.SetAttribute(ec, traceParent, t.parent) // every attribute allows its characters and those of the state
	if t.state != "" && ec.Extensions[traceState] == nil {
		cloudevent.SetAttribute(ec, traceState, t.state)
	}
}
