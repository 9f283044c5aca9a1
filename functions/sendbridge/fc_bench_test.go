package main

import (
	"net/http/httptest"
	"testing"

	"sendbridge/functions/internal/runtimetest"
)

// BenchmarkGo1Start measures the start of a function in the runtime go1.
func BenchmarkGo1Start(b *testing.B) {
	environ := (&bench{api: &httptest.Server{URL: "http://127.0.0.1:1"}}).fcEnviron(uploadRules)
	compareStarts(b, binary(b, fcHandler), buildHello(b, "./testdata/hellofc"), func(path string) *function {
		return startFunction(b, path, runtimetest.NewGo1(), go1Variable, environ)
	})
}
