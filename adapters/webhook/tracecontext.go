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

// A traceContext is what a request says of the trace it belongs to. It is empty if the request says nothing, or
// nothing that can be understood, which is to count as nothing.
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
