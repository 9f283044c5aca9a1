package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions/internal/runtimetest"
)

// BenchmarkLambdaStart measures the start of a function without a stored key.
func BenchmarkLambdaStart(b *testing.B) {
	const nobody = "http://127.0.0.1:1"
	environ := (&federation{bench: &bench{api: &httptest.Server{URL: nobody}}, awsURL: nobody}).environ(rateless)
	compareStarts(b, binary(b, lambdaHandler), buildHello(b, "./testdata/hello", "-tags", "lambda.norpc"), func(path string) *function {
		return startFunction(b, path, runtimetest.NewLambda(), lambdaVariable, append(lambdaEnviron(), environ...))
	})
}

// BenchmarkLambdaBatchOfTen compares a batch of ten with single messages, in turn. The API takes 20 ms per message.
func BenchmarkLambdaBatchOfTen(b *testing.B) {
	emulator := onstest.New(&onstest.Options{Quota: &onstest.Quota{}})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond) // the API's latency
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
