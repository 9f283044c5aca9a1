// Package tracing exports spans of events with OpenTelemetry's SDK over OTLP. The standard variables configure it:
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. It is for mains that run permanently,
// because linking the SDK makes a function start later.
//
//	POST                      the HTTP request; its parent is the sender's span, from traceparent
//	├─ decode                 from bytes to events
//	└─ process TYPE           one event, with its outcome
//	   ├─ match               rules against the event
//	   └─ send                one message with its retries, and its MsgId
//	      ├─ SendMessage      one call
//	      └─ SendMessage      another attempt
package tracing
