package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions/internal/lambdatest"
)

// The start of a function without a stored key, from exec to the first question for work, beside the smallest function's,
// turn by turn.
func BenchmarkLambdaStart(b *testing.B) {
	bootstrap, err := lambdaBinary()
	if err != nil {
		b.Fatal(err)
	}
	hello := filepath.Join(b.TempDir(), "hello")
	if out, err := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", hello, "./testdata/hello").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	const nobody = "http://127.0.0.1:1"
	environ := (&federation{bench: &bench{api: &httptest.Server{URL: nobody}}, awsURL: nobody}).environ(rateless)
	var ours, theirs []time.Duration
	for b.Loop() {
		theirs = append(theirs, startTime(b, hello, nil))
		ours = append(ours, startTime(b, bootstrap, environ))
	}
	b.ReportMetric(median(ours).Seconds()*1000, "ms/sendbridge")
	b.ReportMetric(median(theirs).Seconds()*1000, "ms/hello")
	b.ReportMetric(median(ours).Seconds()/median(theirs).Seconds(), "ratio")
	b.ReportMetric(megabytes(b, bootstrap), "MB/sendbridge")
	b.ReportMetric(megabytes(b, hello), "MB/hello")
}

func startTime(b *testing.B, binary string, environ []string) time.Duration {
	b.Helper()
	api := lambdatest.New()
	server := httptest.NewServer(api)
	defer server.Close()
	cmd := exec.Command(binary)
	cmd.Env = append(lambdaEnviron(strings.TrimPrefix(server.URL, "http://")), environ...)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	select {
	case <-api.Ready():
		return time.Since(start)
	case <-time.After(30 * time.Second):
		b.Fatal("it does not ask for work")
		return 0
	}
}

func median(list []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

func megabytes(b *testing.B, path string) float64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size()) / 1e6
}

// A batch of ten beside one message, turn by turn, where the API takes 20 ms for each.
func BenchmarkLambdaBatchOfTen(b *testing.B) {
	emulator := onstest.New(&onstest.Options{Quota: &onstest.Quota{}})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond) // the latency that is measured against
		emulator.ServeHTTP(w, r)
	}))
	defer api.Close()
	f := startLambda(b, (&bench{api: api}).environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_PARTIAL_BATCH=sqs"))
	var one, ten []time.Duration
	sent := 0
	batch := func(n int) time.Duration {
		bodies := make([]string, n)
		for i := range bodies {
			sent++
			bodies[i] = door(fmt.Sprint(sent), "north")
		}
		payload, start := sqsBatch(bodies...), time.Now()
		f.answers(b, payload, `{"batchItemFailures":[]}`)
		return time.Since(start)
	}
	batch(10) // opens the connections
	for b.Loop() {
		one = append(one, batch(1))
		ten = append(ten, batch(10))
	}
	b.ReportMetric(median(one).Seconds()*1000, "ms/1")
	b.ReportMetric(median(ten).Seconds()*1000, "ms/10")
	b.ReportMetric(median(ten).Seconds()/median(one).Seconds(), "ratio")
}
