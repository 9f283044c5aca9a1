package awslambda

import (
	"context"
	"net/http"

	"sendbridge/adapters/internal/httpevent"
	"sendbridge/adapters/internal/trigger"
	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

const sourceHTTP = "http"

func isHTTP(p *trigger.Payload) bool {
	return (p.Members.Have("requestContext") || p.Members.Have("raw_path")) && httpevent.Lambda(p.Bytes) != nil
}

// decodeHTTP decodes the events in a request of a function URL, API Gateway, a load balancer or VPC Lattice, for commands
// that show them. A handler uses answerHTTP instead, whose http.Handler authenticates the sender.
func decodeHTTP(payload []byte, _ core.Invocation) ([]core.Record, error) {
	r, err := httpevent.Lambda(payload).Request(context.Background(), payload)
	if err != nil {
		return nil, err
	}
	return webhook.Decode(r)
}

// answerHTTP lets a handler answer the request in a payload. The answer always has a status, because a function's error
// would become a 502 without explanation.
func answerHTTP(ctx context.Context, h http.Handler, payload []byte) []byte {
	return httpevent.Lambda(payload).Serve(ctx, h, payload)
}
