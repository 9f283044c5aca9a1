// Package alifc runs a bridge in Alibaba Cloud's Function Compute: it takes whatever a trigger delivers, turns it into
// CloudEvents, and answers in the way that Function Compute understands. The main passes it a bridge's
// Deliver, and each payload:
//
//	h := alifc.New(b.Deliver, nil)
//	answer, err := h.Invoke(ctx, payload)
//
// In a custom runtime a Server does that for each request. A file decodes one source. Decoders depend on the payload and the
// invocation alone, so that a redelivered event has the same id. The package knows the formats of triggers and the custom
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
	Invocation func(context.Context) core.Invocation // what the runtime says about a call; nil says nothing
	HTTP       http.Handler                          // answers requests of HTTP triggers; nil answers them 403
	Tally      *webhook.Tally                        // counts what came through API Gateway and was refused; nil counts nothing
	Log        *slog.Logger                          // nil is slog.Default
}

// A Handler answers a function's invocations. It is safe for concurrent use.
type Handler struct {
	function trigger.Function
	tally    *webhook.Tally
}

// New returns a handler that answers when deliver has settled all events of a payload.
func New(deliver core.Deliverer, o *Options) *Handler {
	if o == nil {
		o = &Options{}
	}
	return &Handler{tally: o.Tally, function: trigger.New(trigger.Function{
		Deliver: deliver, Table: newTable(&o.Sources), Cloud: ingress(""), Invocation: o.Invocation, HTTP: o.HTTP, Log: o.Log,
	})}
}

// Invoke delivers the events of a payload. Function Compute knows one outcome a call: the error, if any, is that of the
// event that counts most, and says how many were not acknowledged. A payload that can't be decoded is an event that can
// never be sent. The answer is JSON that counts events by outcome. A request of an HTTP trigger gets its response, whose status
// says what happened; the error is nil then, except for an asynchronous request, whose sender never sees the status.
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
