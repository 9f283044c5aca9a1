// Package awslambda runs a bridge in an AWS Lambda function: it decodes a trigger's payload to CloudEvents, delivers them,
// and answers in the format of the trigger, with the failed messages of a batch if the trigger accepts such an answer. The
// main passes it a bridge's Deliver, and each payload:
//
//	h := awslambda.New(b.Deliver, &awslambda.Options{PartialBatch: []string{"sqs"}})
//	answer, err := h.Invoke(ctx, payload)
//
// A file decodes one source. Decoders depend only on payload and invocation, so that a redelivered message becomes the same
// event with the same id, and the bridge's dedup window recognises it. The package knows the formats of triggers. It knows
// no SDK, no rule, and nothing of the API behind the bridge.
//
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
package awslambda

import (
	"context"
	"log/slog"
	"net/http"
	"slices"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/core"
)

// Options of a Handler. The zero value works.
type Options struct {
	// PartialBatch lists the sources whose event source mappings have ReportBatchItemFailures: sqs, kinesis, dynamodb,
	// kafka. Without it in the mapping, Lambda treats such an answer as a success, and the failed messages are lost.
	// Batches of sources that are not listed fail as a whole.
	PartialBatch []string

	Sources    SourceOptions
	Invocation func(context.Context) core.Invocation // returns the runtime's description of a call; nil means none
	HTTP       http.Handler                          // answers requests of function URLs, API Gateway and load balancers; nil rejects them with 403
	Log        *slog.Logger                          // nil means slog.Default
}

// A Handler answers a function's invocations. It is safe for concurrent use.
type Handler struct {
	function trigger.Function
	partial  []string
}

// New returns a handler that answers after deliver has returned the outcome of all events of a payload.
func New(deliver core.Deliverer, o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	return &Handler{partial: o.PartialBatch, function: trigger.New(trigger.Function{
		Deliver: deliver, Table: newTable(&o.Sources), Cloud: ingress(""), Invocation: o.Invocation, HTTP: o.HTTP, Log: o.Log,
	})}
}

// Invoke delivers the events of a payload, to which it keeps no reference. The error is the most severe one of an event,
// and says how many events were not acknowledged. A batch whose trigger is listed in Options.PartialBatch gets its failed
// messages instead. A payload that cannot be decoded counts as an event that can never be sent. A request gets its
// response, and no error.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	payload = draft.Unmarked(payload)
	s := h.function.Table.Of(payload)
	if s.Name == sourceHTTP {
		return answerHTTP(ctx, h.function.HTTP, payload), nil
	}
	results := h.function.Settle(ctx, s, payload)
	err := core.Unacknowledged(results)
	setting, failed := s.Name, s.Failed
	if s.Name == sourcePipes {
		setting, failed = pipesBatch(results)
	}
	switch {
	case failed == nil && err == nil:
		return core.Summary(results), nil
	case failed == nil, err != nil && !slices.Contains(h.partial, setting):
		return nil, err
	}
	if items, ok := failed(results); ok {
		var state []byte
		if setting == sourceKinesis || setting == sourceDynamoDB {
			state = stateOf(payload)
		}
		return itemFailures(state, items), nil
	}
	return nil, err
}

// ingress returns the ingress of events from a trigger without an ARN.
func ingress(source string) string { return "lambda:" + source }
