// Package alifc runs a bridge in Alibaba Cloud's Function Compute: it decodes a trigger's payload to CloudEvents, delivers
// them, and answers in the format of Function Compute. The main passes it a bridge's Deliver, and each payload:
//
//	h := alifc.New(b.Deliver, nil)
//	answer, err := h.Invoke(ctx, payload)
//
// In a custom runtime a Server does that for each request. A file decodes one source. Decoders depend only on the payload
// and the invocation, so that a redelivered event has the same id. The package knows the formats of triggers and the custom
// runtime's requests. It knows no SDK, no rule, and nothing of the API behind the bridge.
//
// https://help.aliyun.com/zh/functioncompute/fc/user-guide/formats-of-event-for-different-triggers
package alifc

import (
	"context"
	"log/slog"
	"net/http"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// Options of a Handler. The zero value works.
type Options struct {
	Sources    SourceOptions
	Invocation func(context.Context) core.Invocation // returns the runtime's description of a call; nil means none
	HTTP       http.Handler                          // answers requests of HTTP triggers; nil rejects them with 403
	Tally      *webhook.Tally                        // counts rejected requests of API Gateway; nil counts nothing
	Log        *slog.Logger                          // nil means slog.Default
}

// A Handler answers a function's invocations. It is safe for concurrent use.
type Handler struct {
	function trigger.Function
	tally    *webhook.Tally
}

// New returns a handler that answers after deliver has returned the outcome of all events of a payload.
func New(deliver core.Deliverer, o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	return &Handler{tally: o.Tally, function: trigger.New(trigger.Function{
		Deliver: deliver, Table: newTable(&o.Sources), Cloud: ingress(""), Invocation: o.Invocation, HTTP: o.HTTP, Log: o.Log,
	})}
}

// Invoke delivers the events of a payload. Function Compute knows one outcome per call: the error is the most severe one of
// an event, and says how many events were not acknowledged. A payload that cannot be decoded counts as an event that can
// never be sent. The answer is JSON that counts events by outcome. A request of an HTTP trigger gets its response, whose
// status says what happened. The error is nil then, except for an asynchronous request, whose sender never sees the status.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	payload = draft.Unmarked(payload)
	s := h.function.Table.Of(payload)
	switch s.Name {
	case sourceHTTP:
		return h.serveHTTP(ctx, payload)
	case sourceAPIGateway:
		return h.serveGateway(ctx, payload)
	}
	results := h.function.Settle(ctx, s, payload)
	if err := core.Unacknowledged(results); err != nil {
		return nil, err
	}
	return core.Summary(results), nil
}

func ingress(source string) string { return "fc:" + source }
