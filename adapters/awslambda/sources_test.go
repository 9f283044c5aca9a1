package awslambda

import (
	"testing"

	"sendbridge/core/coretest"
)

func TestSources(t *testing.T) { coretest.Sources(t, Sources(nil)) }

func FuzzSources(f *testing.F) {
	coretest.Fuzz(f, Sources(&SourceOptions{Type: "com.example.reading", Source: "/readings"}))
}
