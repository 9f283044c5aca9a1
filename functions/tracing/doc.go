// Package tracing exports an event's way as spans, by OpenTelemetry's SDK over OTLP. The standard variables configure it:
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. It is for mains that run on: linking the SDK makes a function start later.
//
//	POST                      the HTTP request; its parent is the sender's span, by traceparent
//	├─ decode                 from bytes to events
//	└─ process TYPE           one event, with its outcome
//	   ├─ match               rules against the event
//	   └─ send                one message with its retries, and its MsgId
//	      ├─ SendMessage      one call
//	      └─ SendMessage      another attempt
package tracing
