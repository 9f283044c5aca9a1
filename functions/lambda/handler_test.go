package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

func TestInvocationFromTheContext(t *testing.T) {
	for arn, want := range map[string]core.Invocation{
		"arn:aws:lambda:eu-north-1:100000000001:function:forwarder":      {Function: "arn:aws:lambda:eu-north-1:100000000001:function:forwarder", Region: "eu-north-1", Account: "100000000001"},
		"arn:aws:lambda:eu-north-1:100000000001:function:forwarder:live": {Function: "arn:aws:lambda:eu-north-1:100000000001:function:forwarder", Region: "eu-north-1", Account: "100000000001"},
		"arn:aws-cn:lambda:cn-north-1:1:function:f:$LATEST":              {Function: "arn:aws-cn:lambda:cn-north-1:1:function:f", Region: "cn-north-1", Account: "1"},
		"": {},
	} {
		want.RequestID = "R-1"
		ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "R-1", InvokedFunctionArn: arn})
		if got := invocation(ctx); got != want {
			t.Errorf("%q: %+v", arn, got)
		}
	}
	if got := invocation(t.Context()); got != (core.Invocation{}) {
		t.Errorf("no context: %+v", got)
	}
}

// The runtime's client looks only at the error itself, not at the wrapped ones, and otherwise uses its Go type as the name.
func TestErrorsHaveTheirTypeForTheRuntime(t *testing.T) {
	var out bytes.Buffer
	var err error
	h := handler{func(context.Context, []byte) ([]byte, error) { return []byte("never"), err }, functions.NewLogger(&out, slog.LevelInfo)}
	for want, e := range map[string]error{
		"TopicInvalid": fmt.Errorf("2 of 3: %w", fault.New(fault.CodeTopicInvalid, fault.ActorSender, "too long")),
		"transient":    context.DeadlineExceeded,
		"unknown":      errors.New("x"),
	} {
		err = e
		answer, got := h.Invoke(lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "R-1"}), nil)
		value, ok := got.(messages.InvokeResponse_Error)
		if !ok || answer != nil || value.Type != want || value.Message != e.Error() || value.ShouldExit {
			t.Errorf("%v: %#v", e, got)
		}
	}
	if lines := strings.Count(out.String(), `"invocation":"R-1"`); lines != 3 {
		t.Errorf("%d lines: %s", lines, &out)
	}
}
