package main

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/functions"
	"sendbridge/functions/internal/runtimetest"
	"sendbridge/internal/loopback/loopbacktest"
)

// buggy is a variable that makes the test binary a function with a bug.
const buggy = "FC_TEST_BUGGY"

func TestMain(m *testing.M) {
	if os.Getenv(buggy) != "" {
		serveBug()
	}
	os.Exit(loopbacktest.Guard(m).Run())
}

// serveBug serves like main, but its sources have a bug.
func serveBug() {
	c, err := functions.Load([]string{"SENDBRIDGE_INSTANCE_ID=i", "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1"})
	if err != nil {
		panic(err)
	}
	tally := new(bridge.Tally)
	app, metrics, err := functions.NewFunction(c, functions.Rules{}, functions.Parts{
		Credentials: credential.Fixed(credential.KindAccessKey, onsmqtt.Credentials{AccessKeyID: "k", AccessKeySecret: "s"}),
		Log:         functions.NewLogger(os.Stderr, 0), Tally: tally,
	}, nil)
	if err != nil {
		panic(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	serveGo1(ctx, app, functions.Function(func(_ context.Context, payload []byte) ([]byte, error) {
		if string(payload) == `"fine"` {
			return payload, nil
		}
		panic(string(payload))
	}, metrics, os.Stderr))
	os.Exit(0)
}

// If the runtime's API is unavailable, the function does not poll it in a busy loop, and the process can end.
func TestAnUnavailableRuntimeIsAwaited(t *testing.T) {
	runtimetest.Lost(t, exec.Command(os.Args[0]), buggy+"=1", "FC_RUNTIME_API", true)
}

// A panic becomes an error of its invocation, without the panic's value, and the process continues.
func TestAPanicIsReportedAndSurvived(t *testing.T) {
	api := runtimetest.NewGo1()
	server := httptest.NewServer(api)
	cmd := exec.Command(os.Args[0])
	cmd.Env = loopbacktest.Environ(buggy+"=1", "FC_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { // end the process before the API
		cmd.Process.Kill()
		cmd.Wait()
		server.CloseClientConnections()
		server.Close()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, c := range []struct {
		payload, want string
		failed        bool
	}{
		{`"s3cr3t"`, `{"errorMessage":"bug: panic of type string in an invocation","errorType":"unknown"}`, true},
		{`"fine"`, `"fine"`, false},
	} {
		answer, err := api.Invoke(ctx, runtimetest.Invocation{Payload: c.payload})
		if err != nil || answer.Body != c.want || answer.Failed != c.failed {
			t.Fatalf("%s: %+v, %v", c.payload, answer, err)
		}
	}
}
