package tracing

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	metrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// requests makes a span for each request. Events that bring no trace of their own carry on this one.
func (t *Tracer) requests(next http.Handler) http.Handler {
	carryOn := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		propagation.TraceContext{}.Inject(r.Context(), propagation.HeaderCarrier(r.Header))
		next.ServeHTTP(w, r)
	})
	return otelhttp.NewHandler(carryOn, "", otelhttp.WithTracerProvider(t.provider), otelhttp.WithMeterProvider(metrics.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method }))
}

func (t *Tracer) span(ctx context.Context, name string) (context.Context, func(error)) {
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func(err error) { end(span, err) }
}

// end says in which code of error a span ended. The text is for the log, where who reads it has been let in.
func end(span trace.Span, err error) {
	if err != nil {
		f := fault.Of(err)
		span.SetStatus(codes.Error, f.Code)
		span.SetAttributes(attribute.String("error.type", f.Code), attribute.String("sendbridge.class", f.Class))
	}
	span.End()
}

// Observe describes an event's span by the conventions for CloudEvents:
// https://opentelemetry.io/docs/specs/semconv/cloudevents/cloudevents-spans/
func (t *Tracer) Observe(ctx context.Context, r core.Result, _ time.Duration) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(attribute.String("sendbridge.outcome", r.Outcome.String()), attribute.String("sendbridge.ingress", r.Ingress))
	if r.Err != nil && r.Event.Context == nil {
		return
	}
	e := &r.Event
	span.SetName("process " + e.Type())
	span.SetAttributes(
		semconv.CloudEventsEventID(e.ID()), semconv.CloudEventsEventSource(e.Source()), semconv.CloudEventsEventSpecVersion(e.SpecVersion()),
		semconv.CloudEventsEventType(e.Type()))
	if e.Subject() != "" {
		span.SetAttributes(semconv.CloudEventsEventSubject(e.Subject()))
	}
	link(span, cloudevent.ContextOf(e).Extensions)
}

// link ties an event's span to the trace that the event itself names, if that is another.
func link(span trace.Span, extensions map[string]any) {
	own := propagation.MapCarrier{}
	for _, name := range []string{"traceparent", "tracestate"} {
		if text, ok := extensions[name].(string); ok {
			own[name] = text
		}
	}
	parent := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), own))
	if parent.IsValid() && parent.TraceID() != span.SpanContext().TraceID() {
		span.AddLink(trace.Link{SpanContext: parent})
	}
}
