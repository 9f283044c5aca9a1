package main

import (
	"encoding/json"
	"strings"
	"testing"

	"sendbridge/functions/internal/runtimetest"
)

const lambdaVariable = "AWS_LAMBDA_RUNTIME_API" // has the address of the API

// A bootstrap is the real binary of a Lambda function.
type bootstrap struct{ *function }

// lambdaEnviron returns the variables that Lambda itself sets.
func lambdaEnviron() []string {
	return []string{
		"AWS_LAMBDA_FUNCTION_NAME=forwarder",
		"AWS_LAMBDA_FUNCTION_VERSION=7",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_REGION=eu-north-1",
		"_HANDLER=bootstrap",
		"AWS_ACCESS_KEY_ID=ASIAEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=aws-secret-of-the-role",
		"AWS_SESSION_TOKEN=aws-token-of-the-role",
	}
}

// startLambda runs the bootstrap until the test ends. A function has no default rate.
func startLambda(t testing.TB, environ []string) *bootstrap {
	t.Helper()
	return &bootstrap{startFunction(t, binary(t, lambdaHandler), runtimetest.NewLambda(), lambdaVariable, append(lambdaEnviron(), environ...))}
}

func (f *bootstrap) invoke(t testing.TB, payload string) runtimetest.Answer {
	t.Helper()
	return f.function.invoke(t, runtimetest.Invocation{Payload: payload})
}

// answers fails the test unless an invocation succeeds with this answer.
func (f *bootstrap) answers(t testing.TB, payload, want string) {
	t.Helper()
	if got := f.invoke(t, payload); got.Failed || got.Body != want {
		t.Errorf("answered %+v, want %s\n%.4000s", got, want, f.log.String())
	}
}

// lines returns the lines of the log. Each must be JSON.
func (f *bootstrap) lines(t testing.TB) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(f.log.String()) {
		var members map[string]any
		if err := json.Unmarshal([]byte(line), &members); err != nil {
			t.Fatalf("%q in the log: %v", line, err)
		}
		list = append(list, members)
	}
	return list
}
