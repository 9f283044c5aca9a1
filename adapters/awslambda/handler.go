// Package awslambda runs a bridge in an AWS Lambda function: it takes whatever AWS hands the function, turns it into
// CloudEvents, and answers in the way that the trigger understands, with the failed messages of a batch where the
// trigger takes such an answer. It knows the formats of triggers, and no SDK.
//
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
package awslambda

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"

	"sendbridge/core"
)

// Options of a Handler. The zero value works.
type Options struct {
	// PartialBatch are the sources whose event source mappings have ReportBatchItemFailures: sqs, kinesis, dynamodb,
	// kafka. Without it in the mapping such an answer is a success, and what failed is lost; those that are not listed
	// fail as a whole.
	PartialBatch []string
	SourceOptions
	Invocation func(context.Context) core.Invocation // what the runtime says about a call; nil says nothing
	Log        *slog.Logger                          // nil is slog.Default
}

// A Handler answers a function's invocations. It is safe for concurrent use.
type Handler struct {
	deliver    core.Deliverer
	http       http.Handler
	partial    []string
	sources    sources
	invocation func(context.Context) core.Invocation
	log        *slog.Logger
}

// New returns a handler that answers when deliver has settled all events of a payload, and that has h answer requests
// of function URLs, API Gateway and load balancers.
func New(deliver core.Deliverer, h http.Handler, o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	l := &Handler{deliver: deliver, http: h, partial: o.PartialBatch, sources: newSources(&o.SourceOptions), invocation: o.Invocation, log: o.Log}
	if l.invocation == nil {
		l.invocation = func(context.Context) core.Invocation { return core.Invocation{} }
	}
	if l.log == nil {
		l.log = slog.Default()
	}
	return l
}

// Invoke delivers the events of a payload, of which it keeps nothing. The error, if any, is that of the event that counts
// most, and says how many were not acknowledged; a batch whose trigger is listed in Options.PartialBatch gets its failed
// messages instead. What can't be decoded is an event that will never go. A request gets its response, and no error.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	s := h.sources.of(payload)
	if s.Name == sourceHTTP {
		return answerHTTP(ctx, h.http, payload), nil
	}
	records, err := s.Decode(payload, h.invocation(ctx))
	if err != nil {
		h.log.WarnContext(ctx, "payload not decoded", "trigger", s.Name, "bytes", len(payload), "error", err.Error())
		records = []core.Record{{Err: err, Raw: bytes.Clone(payload), Ingress: ingress(s.Name)}}
	}
	results := h.deliver.Deliver(ctx, records)
	err = core.Unacknowledged(results)
	b := s.batch(records)
	switch {
	case b == nil && err == nil:
		return core.Summary(results), nil
	case b == nil, err != nil && !slices.Contains(h.partial, b.setting):
		return nil, err
	}
	if items, ok := b.failed(results); ok {
		return itemFailures(items), nil
	}
	return nil, err
}

// ingress is the way in of what came by a trigger that has no ARN.
func ingress(source string) string { return "lambda:" + source }
