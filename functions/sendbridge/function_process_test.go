package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/functions/internal/runtimetest"
	"sendbridge/internal/loopback/loopbacktest"
)

// A function is a real binary that gets its work from a runtime API.
type function struct {
	api     *runtimetest.API
	server  *httptest.Server
	cmd     *exec.Cmd
	started time.Time
	log     lockedBuffer
}

// startFunction runs a binary until the test ends, with the API's address in a variable.
func startFunction(t testing.TB, path string, api *runtimetest.API, variable string, environ []string) *function {
	t.Helper()
	f := &function{api: api, server: httptest.NewServer(api), cmd: exec.Command(path)}
	f.cmd.Env = loopbacktest.Environ(append([]string{variable + "=" + strings.TrimPrefix(f.server.URL, "http://")}, environ...)...)
	f.cmd.Stdout, f.cmd.Stderr = &f.log, &f.log
	f.started = time.Now()
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.stop)
	return f
}

// stop ends the process, which otherwise waits for work, and returns when its log is complete. The API must end later:
// without it, go1 polls in a busy loop.
func (f *function) stop() {
	f.cmd.Process.Kill()
	f.cmd.Wait()
	f.server.CloseClientConnections()
	f.server.Close()
}

func (f *function) invoke(t testing.TB, in runtimetest.Invocation) runtimetest.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answer, err := f.api.Invoke(ctx, in)
	if err != nil {
		t.Fatalf("%v\n%.4000s", err, f.log.String())
	}
	return answer
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
