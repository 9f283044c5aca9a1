// Requests of HTTP triggers: https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function
// and of API Gateway: https://www.alibabacloud.com/help/en/functioncompute/fc/configure-an-api-gateway-trigger

package alifc

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/internal/httpevent"
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/internal/trigger/draft"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

const (
	sourceHTTP       = "http"
	sourceAPIGateway = "apigateway"
)

func isHTTP(p *trigger.Payload) bool { return shapeOf(p) != "" && !isAPIGateway(p) }

func isAPIGateway(p *trigger.Payload) bool { return shapeOf(p) == "alibaba-api-gateway" }

// shapeOf returns the name of a request's format, or an empty string if the payload is not a request.
func shapeOf(p *trigger.Payload) string {
	if p.Members.Have("requestContext", "rawPath") || p.Members.Have("httpMethod", "path") {
		if s := httpevent.FunctionCompute(p.Bytes); s != nil {
			return s.Name
		}
	}
	return ""
}

// httpTrigger decodes the events in a request, for commands that show them. A Handler does not use it: Options.HTTP answers
// the request and authenticates its sender.
func httpTrigger(payload []byte, _ core.Invocation) ([]core.Record, error) {
	r, err := httpevent.FunctionCompute(payload).Request(context.Background(), payload)
	if err != nil {
		return nil, draft.Refusal("%v", err)
	}
	return webhook.Decode(r)
}

// serveHTTP answers with a response, whose status the sender sees. It returns an error if the sender does not wait, because
// Function Compute retries asynchronous requests only after an error.
func (h *Handler) serveHTTP(ctx context.Context, payload []byte) ([]byte, error) {
	answer := httpevent.FunctionCompute(payload).Serve(ctx, h.function.HTTP, payload)
	if status := gjson.GetBytes(answer, "statusCode").Int(); status >= 400 && isAsync(payload) {
		return nil, asyncFailure(status, gjson.GetBytes(answer, "body").String())
	}
	return answer, nil
}

// isAsync reports whether a request has the header with which a client says that it does not wait. It is inferred that
// events contain this header.
func isAsync(payload []byte) (async bool) {
	gjson.GetBytes(payload, "headers").ForEach(func(name, value gjson.Result) bool {
		async = strings.EqualFold(name.Str, "X-Fc-Invocation-Type") && strings.EqualFold(value.String(), "Async")
		return !async
	})
	return async
}

// asyncFailure returns the error for an asynchronous request that was answered with a problem.
func asyncFailure(status int64, problem string) error {
	said := func(name string) string { return gjson.Get(problem, name).String() }
	return &fault.Error{
		Fault: fault.Fault{
			Class: cmp.Or(said("class"), fault.ClassUnknown), Code: said("code"), Actor: said("actor"), RequestID: said("requestId"),
		},
		Text: fmt.Sprintf("asynchronous request not acknowledged, status %d: %s", status, said("detail")),
	}
}

// apiGateway decodes a request of API Gateway: the CloudEvents in it, or its body as one event.
func apiGateway(payload []byte, in core.Invocation) ([]core.Record, error) {
	r, err := httpevent.FunctionCompute(payload).Request(context.Background(), payload)
	if err != nil {
		return nil, draft.Refusal("%v", err)
	}
	records, err := gatewayRecords(r, payload, in)
	for i := range records {
		records[i].Ingress, records[i].SenderWaits = ingress(sourceAPIGateway), true
	}
	return records, err
}

func gatewayRecords(r *http.Request, payload []byte, in core.Invocation) ([]core.Record, error) {
	if webhook.IsCloudEvent(r.Header) {
		return webhook.Decode(r)
	}
	body, mediaType, err := webhook.ReadBody(r)
	if err != nil {
		return nil, err
	}
	e, derived := trigger.OfCall(in, "", "acs.apigateway", "apigateway:Api:Request", payload)
	e.SetText("subject", r.URL.Path)
	e.Typed(mediaType, body)
	return one(e, sourceAPIGateway, payload, derived), nil
}

// serveGateway answers in API Gateway's format with the status that an HTTP request would get.
func (h *Handler) serveGateway(ctx context.Context, payload []byte) ([]byte, error) {
	in := h.function.Invocation(ctx)
	answer := func(w http.ResponseWriter, r *http.Request) {
		records, err := apiGateway(payload, in)
		if err != nil {
			counted := webhook.Refuse(w, err)
			counted.Way = ingress(sourceAPIGateway)
			h.tally.Observe(counted)
			return
		}
		webhook.Answer(w, h.function.Deliver.Deliver(r.Context(), records))
	}
	return httpevent.FunctionCompute(payload).Serve(ctx, http.HandlerFunc(answer), payload), nil
}
