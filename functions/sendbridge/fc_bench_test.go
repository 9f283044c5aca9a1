package main

import (
	"net/http/httptest"
	"testing"

	"sendbridge/functions/internal/runtimetest"
)

// BenchmarkGo1Start measures the start of a function in the runtime go1.
func BenchmarkGo1Start(b *testing.B) {
	ours, err := fcBinary()
	if err != nil {
		b.Fatal(err)
	}
	environ := (&bench{api: &httptest.Server{URL: "http://127.0.0.1:1"}}).fcEnviron(uploadRules)
	compareStarts(b, ours, buildHello(b, "./testdata/hellofc"), func(path string) *function {
		return startFunction(b, path, runtimetest.NewGo1(), go1Variable, environ)
	})
}
