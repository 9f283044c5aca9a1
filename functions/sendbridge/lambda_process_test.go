package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/functions/internal/lambdatest"
)

// lambdaBinary builds the bootstrap for this machine, once, where TestMain cleans up.
var lambdaBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(filepath.Dir(httpBinary), "bootstrap")
	out, err := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, "sendbridge/functions/lambda").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return path, err
})

// A bootstrap is the real binary of a Lambda function with the Runtime API that it asks for work.
type bootstrap struct {
	api *lambdatest.API
	cmd *exec.Cmd
	log lockedBuffer
}

// lambdaEnviron is what Lambda sets beside what the function's owner has.
func lambdaEnviron(runtimeAPI string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
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
	path, err := lambdaBinary()
	if err != nil {
		t.Fatal(err)
	}
	f := &bootstrap{api: lambdatest.New(), cmd: exec.Command(path)}
	server := httptest.NewServer(f.api)
	f.cmd.Env = append(lambdaEnviron(strings.TrimPrefix(server.URL, "http://")), environ...)
	f.cmd.Stdout, f.cmd.Stderr = &f.log, &f.log
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.stop()
		server.Close()
	})
	return f
}

// stop ends the process, which waits for work otherwise, and returns when all of its log is there.
func (f *bootstrap) stop() {
	f.cmd.Process.Kill()
	f.cmd.Wait()
}

func (f *bootstrap) invoke(t testing.TB, payload string) lambdatest.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answer, err := f.api.Invoke(ctx, []byte(payload), 30*time.Second)
	if err != nil {
		t.Fatalf("%v\n%.4000s", err, f.log.String())
	}
	return answer
}

// answers demands an answer of an invocation, and no error.
func (f *bootstrap) answers(t testing.TB, payload, want string) {
	t.Helper()
	if got := f.invoke(t, payload); got.Failed || got.Body != want {
		t.Errorf("answered %+v, want %s\n%.4000s", got, want, f.log.String())
	}
}

// lines are those of the log, each of which must be JSON.
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

// A lockedBuffer is written by the process's two outputs and read by a test.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
