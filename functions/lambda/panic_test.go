package main

import (
	"context"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"sendbridge/core/bridge"
	"sendbridge/functions"
	"sendbridge/functions/internal/runtimetest"
	"sendbridge/internal/loopback/loopbacktest"
)

// buggy is a variable that makes the test binary a function with a bug.
const buggy = "LAMBDA_TEST_BUGGY"

func TestMain(m *testing.M) {
	if os.Getenv(buggy) != "" {
		serveBug()
	}
	os.Exit(loopbacktest.Guard(m).Run())
}

// serveBug serves like main, but its sources have a bug.
func serveBug() {
	logger := functions.NewLogger(os.Stderr, 0)
	log.SetFlags(0)
	log.SetOutput(runtimeLog(logger, os.Getenv("AWS_LAMBDA_RUNTIME_API")))
	metrics := functions.NewInvocationMetrics(new(bridge.Tally), nil)
	lambda.Start(handler{functions.Function(func(_ context.Context, payload []byte) ([]byte, error) {
		if string(payload) == `"fine"` {
			return payload, nil
		}
		panic(string(payload))
	}, metrics, os.Stderr), logger})
}

// If the runtime's API is unavailable, the function does not poll it in a busy loop, and the process can end.
func TestAnUnavailableRuntimeIsAwaited(t *testing.T) {
	runtimetest.Lost(t, exec.Command(os.Args[0]), buggy+"=1", "AWS_LAMBDA_RUNTIME_API", false)
}

// A panic becomes an error of its invocation, without the panic's value, and the process continues.
func TestAPanicIsReportedAndSurvived(t *testing.T) {
	api := runtimetest.NewLambda()
	server := httptest.NewServer(api)
	defer server.Close()
	var out strings.Builder
	cmd := exec.Command(os.Args[0])
	cmd.Env = loopbacktest.Environ(buggy+"=1", "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := func() { cmd.Process.Kill(); cmd.Wait(); server.CloseClientConnections() }
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, c := range []struct{ payload, want string }{
		{`"s3cr3t"`, `{"errorMessage":"bug: panic of type string in an invocation","errorType":"unknown"}`},
		{`"fine"`, `"fine"`},
	} {
		answer, err := api.Invoke(ctx, runtimetest.Invocation{Payload: c.payload})
		if err != nil || answer.Body != c.want || answer.Failed != strings.HasPrefix(c.want, "{") {
			t.Fatalf("%s: %+v, %v", c.payload, answer, err)
		}
	}
	stop()
	for _, want := range []string{`"msg":"invocation failed","errorType":"unknown"`, `"invocation":"00000000-0000-4000-8000-000000000001"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, &out)
		}
	}
	if strings.Contains(out.String(), "s3cr3t") {
		t.Errorf("the log quotes the panic: %s", &out)
	}
}
