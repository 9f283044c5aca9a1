package main

import (
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sendbridge/functions/internal/fctest"
)

// The start of a function in go1, from exec to the first question for work, beside the smallest function's, turn by turn.
func BenchmarkGo1Start(b *testing.B) {
	function, err := fcBinary()
	if err != nil {
		b.Fatal(err)
	}
	hello := filepath.Join(b.TempDir(), "hello")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", hello, "./testdata/hellofc").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	environ := (&bench{api: &httptest.Server{URL: "http://127.0.0.1:1"}}).fcEnviron(uploadRules)
	var ours, theirs []time.Duration
	for b.Loop() {
		theirs = append(theirs, go1StartTime(b, hello, nil))
		ours = append(ours, go1StartTime(b, function, environ))
	}
	b.ReportMetric(median(ours).Seconds()*1000, "ms/sendbridge")
	b.ReportMetric(median(theirs).Seconds()*1000, "ms/hello")
	b.ReportMetric(median(ours).Seconds()/median(theirs).Seconds(), "ratio")
	b.ReportMetric(megabytes(b, function), "MB/sendbridge")
	b.ReportMetric(megabytes(b, hello), "MB/hello")
}

func go1StartTime(b *testing.B, binary string, environ []string) time.Duration {
	b.Helper()
	api := fctest.New()
	server := httptest.NewServer(api)
	cmd := exec.Command(binary)
	cmd.Env = append(environ, "FC_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { // the process before the API
		cmd.Process.Kill()
		cmd.Wait()
		server.CloseClientConnections()
		server.Close()
	}()
	select {
	case <-api.Ready():
		return time.Since(start)
	case <-time.After(30 * time.Second):
		b.Fatal("it does not ask for work")
		return 0
	}
}
