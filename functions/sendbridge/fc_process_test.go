package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions/internal/runtimetest"
	"sendbridge/internal/loopback/loopbacktest"
)

// fcEnviron returns the settings of the function's owner. Credentials arrive only with invocations.
func (b *bench) fcEnviron(extra ...string) []string {
	return slices.Concat(unhurried, []string{
		"FC_FUNCTION_NAME=forwarder",
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + b.api.URL,
		"ALIBABA_CLOUD_STS_ENDPOINT=" + b.api.URL,
		rateless,
	}, extra)
}

const go1Variable = "FC_RUNTIME_API" // has the address of the API

// A go1 is the real binary in the runtime go1.
type go1 struct{ *function }

func startGo1(t testing.TB, environ []string) *go1 {
	t.Helper()
	return &go1{startFunction(t, binary(t, fcHandler), runtimetest.NewGo1(), go1Variable, environ)}
}

func (f *go1) invoke(t testing.TB, kind, payload string, key onstest.Key) runtimetest.Answer {
	t.Helper()
	header := keyHeaders(key)
	header[runtimetest.KindHeader] = kind
	return f.function.invoke(t, runtimetest.Invocation{Payload: payload, Header: header})
}

func keyHeaders(key onstest.Key) map[string]string {
	return map[string]string{"x-fc-access-key-id": key.ID, "x-fc-access-key-secret": key.Secret, "x-fc-security-token": key.Token}
}

// A custom is the real binary in a custom runtime.
type custom struct {
	url string
	cmd *exec.Cmd
	log startLog
}

func startCustom(t testing.TB, environ []string) *custom {
	t.Helper()
	f := &custom{cmd: exec.Command(binary(t, fcHandler))}
	f.log.started = make(chan string, 1)
	f.cmd.Env = loopbacktest.Environ(append(environ, "FC_SERVER_PORT=1", "SENDBRIDGE_LISTEN=127.0.0.1:0")...)
	f.cmd.Stdout, f.cmd.Stderr = &f.log, &f.log
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.stop)
	select {
	case address := <-f.log.started:
		f.url = "http://" + address
	case <-time.After(time.Minute):
		t.Fatalf("it does not listen\n%.4000s", f.log.String())
	}
	return f
}

// stop ends the process and returns when its log is complete.
func (f *custom) stop() {
	f.cmd.Process.Kill()
	f.cmd.Wait()
}

// A startLog sends the address in the start line of a log, once.
type startLog struct {
	lockedBuffer
	started chan string
}

func (l *startLog) Write(p []byte) (int, error) {
	n, err := l.lockedBuffer.Write(p)
	for text := range strings.Lines(l.String()) {
		var line struct{ Msg, Listen string }
		if json.Unmarshal([]byte(text), &line) == nil && line.Msg == "start" {
			select {
			case l.started <- line.Listen:
			default: // already sent
			}
			break
		}
	}
	return n, err
}

// ask sends a request with the runtime's headers. It returns x-fc-status beside the answer.
func (f *custom) ask(t testing.TB, control, method, path, body string, key onstest.Key, header ...string) (status int, fcStatus, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, headers := range []map[string]string{runtimetest.FCHeaders("req-custom"), keyHeaders(key), {"x-fc-control-path": control}} {
		for name, value := range headers {
			r.Header.Set(name, value)
		}
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, "", ""
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("x-fc-status"), string(raw)
}

func runBinary(t testing.TB, path string, environ []string) (code int, out string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Env = loopbacktest.Environ(append([]string{"PATH="}, environ...)...)
	raw, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(raw)
}
