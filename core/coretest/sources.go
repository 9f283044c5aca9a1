package coretest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sendbridge/core"
)

var update = flag.Bool("update", false, "write the golden files of the sources' samples")

// Invocation is the call in which samples are decoded. Golden files contain what sources take from it.
var Invocation = core.Invocation{
	RequestID: "c3d4e5f6-0000-4000-8000-000000000001",
	Function:  "test:function/forwarder",
	Region:    "test-region-1",
	Account:   "100000000001",
}

// Sources checks a table of sources in order, as a handler uses it. Each source has a sample, and each sample goes to its
// source and becomes the records of its golden file. A redelivery gives the same ids. A batch that is split, shuffled,
// repeated or merged gives the same set of events. Every event has the attributes that CloudEvents requires. No prefix or
// mutation of a sample panics.
func Sources(t *testing.T, sources []core.Source) {
	samples := samplesOf(t)
	for _, s := range sources {
		t.Run(s.Name, func(t *testing.T) {
			if len(samples[s.Name]) == 0 {
				t.Fatalf("no sample in testdata/%s/", s.Name)
			}
			for _, sample := range samples[s.Name] {
				t.Run(sample.name, func(t *testing.T) { conform(t, sources, s, sample) })
			}
		})
		delete(samples, s.Name)
	}
	for name := range samples {
		t.Errorf("testdata/%s/ has samples but there is no such source", name)
	}
}

func conform(t *testing.T, sources []core.Source, s core.Source, sample sample) {
	if got := Recognise(sources, sample.payload); got == nil || got.Name != s.Name {
		t.Fatalf("the sample goes to %s", nameOf(got))
	}
	records, err := s.Decode(slices.Clone(sample.payload), Invocation)
	compare(t, sample.golden, records, err)
	sameAgain(t, s, sample.payload, records, err)
	if err == nil {
		valid(t, records)
		redelivered(t, s, sample.payload, records)
		regrouped(t, sources, sample.payload)
	}
	mutate(sample.payload, func(payload []byte) { survive(t, sources, payload) })
}

// Recognise returns the first source that matches a payload, or nil.
func Recognise(sources []core.Source, payload []byte) *core.Source {
	for i := range sources {
		if sources[i].Match(payload) {
			return &sources[i]
		}
	}
	return nil
}

// survive decodes a payload that may be invalid, and fails the test on a panic.
func survive(t *testing.T, sources []core.Source, payload []byte) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("panic: %v\nof the payload %.2000q", p, payload)
		}
	}()
	if s := Recognise(sources, payload); s != nil {
		if records, err := s.Decode(payload, Invocation); err == nil {
			valid(t, records)
		}
	}
}

func nameOf(s *core.Source) string {
	if s == nil {
		return "no source"
	}
	return "source " + s.Name
}

// A sample is a payload and the golden file of its records.
type sample struct {
	name    string
	payload []byte
	golden  string
}

// samplesOf reads testdata, by source.
func samplesOf(t testing.TB) map[string][]sample {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*")
	if err != nil {
		t.Fatal(err)
	}
	samples := make(map[string][]sample)
	for _, path := range files {
		dir, file := filepath.Split(path)
		if info, err := os.Stat(path); strings.HasSuffix(file, ".golden.json") || err != nil || info.IsDir() || dir == "testdata/fuzz/" {
			continue
		}
		payload, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		source, name := filepath.Base(dir), strings.TrimSuffix(file, filepath.Ext(file))
		samples[source] = append(samples[source], sample{name, payload, fmt.Sprint(dir, name, ".golden.json")})
	}
	return samples
}
