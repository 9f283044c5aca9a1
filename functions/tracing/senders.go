package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"

	"sendbridge/core"
)

// A sender makes a span of each call of the Sender that it wraps.
type sender struct {
	core.Sender
	tracer     trace.Tracer
	name       string // the name of the span
	kind       trace.SpanKind
	attributes []attribute.KeyValue
}

// messages makes a span of each message, following the conventions for messaging:
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
func (t *Tracer) messages(s core.Sender) core.Sender {
	return sender{s, t.tracer, "send", trace.SpanKindProducer, []attribute.KeyValue{
		semconv.MessagingSystemKey.String("mqtt"), semconv.MessagingOperationTypeSend, semconv.MessagingOperationName("send"),
	}}
}

func (t *Tracer) attempts(s core.Sender) core.Sender {
	return sender{s, t.tracer, "SendMessage", trace.SpanKindClient, []attribute.KeyValue{
		semconv.RPCSystemKey.String("aliyun"), semconv.RPCService("onsmqtt"), semconv.RPCMethod("SendMessage"),
	}}
}

func (s sender) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	ctx, span := s.tracer.Start(ctx, s.name, trace.WithSpanKind(s.kind), trace.WithAttributes(s.attributes...))
	span.SetAttributes(semconv.MessagingDestinationName(topic), semconv.MessagingMessageBodySize(len(payload)))
	r, err := s.Sender.SendMessage(ctx, topic, payload)
	if r.MsgID != "" {
		span.SetAttributes(semconv.MessagingMessageID(r.MsgID))
	}
	if r.RequestID != "" {
		span.SetAttributes(attribute.String("aliyun.request_id", r.RequestID))
	}
	end(span, err)
	return r, err
}
