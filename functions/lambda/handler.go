package main

import (
	"context"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

// A handler answers invocations. The runtime may call it concurrently if AWS_LAMBDA_MAX_CONCURRENCY says so.
type handler struct {
	invoke functions.Invoke
	log    *slog.Logger
}

// Invoke answers one invocation. Its errors have the only type whose error name the runtime's client reports, because the
// client does not unwrap errors.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx = functions.WithInvocation(ctx, invocation(ctx).RequestID)
	answer, err := h.invoke(ctx, payload)
	if err != nil {
		kind := functions.ErrorType(err)
		h.log.ErrorContext(ctx, "invocation failed", "errorType", kind, "error", err.Error(), "class", fault.Of(err).Class)
		return nil, messages.InvokeResponse_Error{Message: err.Error(), Type: kind}
	}
	return answer, nil
}

// invocation returns the runtime's description of a call.
func invocation(ctx context.Context) core.Invocation {
	c, ok := lambdacontext.FromContext(ctx)
	if !ok {
		return core.Invocation{}
	}
	in := core.Invocation{RequestID: c.AwsRequestID, Function: unqualified(c.InvokedFunctionArn)}
	if parts := strings.Split(in.Function, ":"); len(parts) > 4 {
		in.Region, in.Account = parts[3], parts[4]
	}
	return in
}

// unqualified removes the version or alias from a function's ARN, arn:aws:lambda:region:account:function:name:qualifier.
// Otherwise events would have another source with each version.
func unqualified(arn string) string {
	parts := strings.Split(arn, ":")
	return strings.Join(parts[:min(len(parts), 7)], ":")
}
