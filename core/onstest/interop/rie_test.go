package interop

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// builds is the directory of the binaries. TestMain removes it.
var builds string

// binaries builds AWS's runtime interface emulator and the bootstrap of the Lambda function, once.
var binaries = sync.OnceValues(func() (dir string, err error) {
	dir = builds
	for name, build := range map[string]struct{ in, path string }{
		"rie":       {".", "github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie"},
		"bootstrap": {"../../..", "./functions/lambda"},
	} {
		cmd := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-o", filepath.Join(dir, name), build.path)
		cmd.Dir, cmd.Stderr = build.in, os.Stderr
		if err := cmd.Run(); err != nil {
			return dir, err
		}
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		panic(err)
	}
	builds = dir
	code := loopbacktest.Guard(m).Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// A lambdaFunction is the bootstrap in AWS's emulator. It sends to an emulated API.
type lambdaFunction struct {
	url string
	api *onstest.Handler
	log *syncBuffer

	mu  sync.Mutex
	got []string // topics in order of arrival
}

const lambdaRules = `SENDBRIDGE_RULES=
rules:
  - name: door
    topic: site/${$.data.site}
    payload: {jsonpath: $.data}
  `

// startLambda runs the function until the test ends. Messages to site/slow are not answered before that.
func startLambda(t *testing.T, rules string, environ ...string) *lambdaFunction {
	t.Helper()
	dir, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	f := &lambdaFunction{log: &syncBuffer{}}
	release := make(chan bool)
	f.api = onstest.New(&onstest.Options{Quota: &onstest.Quota{}, Publish: func(m onstest.Message) error {
		if m.Topic == "site/slow" {
			<-release
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.got = append(f.got, m.Topic)
		return nil
	}})
	api := httptest.NewServer(f.api)
	t.Cleanup(api.Close)
	t.Cleanup(func() { close(release) })
	invoke, runtime := "127.0.0.1:"+freePort(t), "127.0.0.1:"+freePort(t)
	f.url = "http://" + invoke + "/2015-03-31/functions/function/invocations"
	cmd := exec.Command(filepath.Join(dir, "rie"), "--runtime-interface-emulator-address", invoke, "--runtime-api-address", runtime, filepath.Join(dir, "bootstrap"))
	cmd.Env = loopbacktest.Environ(slices.Concat(unhurried, []string{
		"AWS_LAMBDA_FUNCTION_NAME=forwarder",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + api.URL,
		"SENDBRIDGE_RATE=0",
		"SENDBRIDGE_PARTIAL_BATCH=sqs,kinesis,dynamodb,kafka",
		rules,
	}, environ)...)
	cmd.Stdout, cmd.Stderr = f.log, f.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // the emulator ends the function, too
		cmd.Wait()
	})
	f.listens(t, invoke)
	return f
}

// listens waits until the emulator accepts connections, which it does not announce.
func (f *lambdaFunction) listens(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the emulator does not listen: %s", f.log)
		}
	}
}

// answers checks the answer that the emulator passes on.
func (f *lambdaFunction) answers(t *testing.T, payload, want string) {
	t.Helper()
	if got := f.invoke(t, payload); got != want {
		t.Errorf("%s was answered with %q, want %q\n%s", payload, got, want, f.log)
	}
}

// answersInTime checks the answer to an invocation whose time is nearly over when the function answers. On a busy machine
// the emulator may report a timeout first, so there are several attempts.
func (f *lambdaFunction) answersInTime(t *testing.T, payload, want string) {
	t.Helper()
	for attempt := 1; ; attempt++ {
		got := f.invoke(t, payload)
		if got == want {
			return
		}
		if attempt == 5 || !strings.Contains(got, "Task timed out") {
			t.Errorf("%s was answered with %q in attempt %d, want %q\n%s", payload, got, attempt, want, f.log)
			return
		}
	}
}

// invoke returns the answer that the emulator passes on.
func (f *lambdaFunction) invoke(t *testing.T, payload string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url, strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%v\n%s", err, f.log)
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(body.String())
}

// sent returns the topics since its last call, in order of arrival.
func (f *lambdaFunction) sent() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := f.got
	f.got = nil
	return list
}

// A syncBuffer is written by the emulator and the function, and read by a test.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
