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

// decodeHTTP decodes what a request carries that came through a function URL, API Gateway, a load balancer or VPC
// Lattice, for those who want to see it; a handler answers with answerHTTP instead, which lets in only whom it should.
func decodeHTTP(payload []byte, _ core.Invocation) ([]core.Record, error) {
	r, err := httpevent.Lambda(payload).Request(context.Background(), payload)
	if err != nil {
		return nil, err
	}
	return webhook.Decode(r)
}

// answerHTTP has a handler answer the request that a payload stands for. There is a status whatever happens, as a
// function's error would become a 502 without a word.
func answerHTTP(ctx context.Context, h http.Handler, payload []byte) []byte {
	return httpevent.Lambda(payload).Serve(ctx, h, payload)
}
