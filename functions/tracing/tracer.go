package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"

	"sendbridge/functions"
)

// A Tracer exports spans until Close.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// flushLimit is how long Close waits for a collector that does not answer.
const flushLimit = 3 * time.Second

// FromEnvironment returns a Tracer if the environment has an endpoint for traces, or else nil. Spans that cannot be
// exported are logged and dropped: no event waits for them.
func FromEnvironment(ctx context.Context, environ map[string]string, log *slog.Logger) (*Tracer, error) {
	switch {
	case environ["OTEL_EXPORTER_OTLP_ENDPOINT"]+environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == "",
		environ["OTEL_SDK_DISABLED"] == "true", environ["OTEL_TRACES_EXPORTER"] == "none":
		return nil, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} {
		if p := environ[name]; p != "" && p != "http/protobuf" {
			return nil, fmt.Errorf("%s=%q: want http/protobuf", name, p)
		}
	}
	if e := environ["OTEL_TRACES_EXPORTER"]; e != "" && e != "otlp" {
		return nil, fmt.Errorf("OTEL_TRACES_EXPORTER=%q: want otlp or none", e)
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_…: %w", err)
	}
	described, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("sendbridge"), semconv.ServiceVersion(functions.Version())),
		resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("spans were not exported", "error", err.Error()) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described))
	return &Tracer{provider, provider.Tracer("sendbridge", trace.WithInstrumentationVersion(functions.Version()))}, nil
}

// Close exports the remaining spans, for a few seconds at most. It ignores the end of ctx, which is usually why it is
// called.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
	defer cancel()
	return errors.Join(t.provider.ForceFlush(ctx), t.provider.Shutdown(ctx))
}

// Trace returns the functions with which an app makes spans. A nil Tracer makes none.
func (t *Tracer) Trace() functions.Trace {
	if t == nil {
		return functions.Trace{}
	}
	return functions.Trace{Requests: t.requests, Span: t.span, Messages: t.messages, Attempts: t.attempts}
}
