package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// buildHello builds the smallest function that the SDK makes possible.
func buildHello(b *testing.B, source string, flags ...string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "hello")
	args := append([]string{"build", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", path}, append(flags, source)...)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// compareStarts reports the time from exec to the first request for work, for a function of ours and for the smallest
// function, in turn.
func compareStarts(b *testing.B, ours, hello string, start func(path string) *function) {
	b.Helper()
	var our, their []time.Duration
	for b.Loop() {
		their = append(their, start(hello).untilItAsks(b))
		our = append(our, start(ours).untilItAsks(b))
	}
	b.ReportMetric(median(our).Seconds()*1000, "ms/sendbridge")
	b.ReportMetric(median(their).Seconds()*1000, "ms/hello")
	b.ReportMetric(median(our).Seconds()/median(their).Seconds(), "ratio")
	b.ReportMetric(megabytes(b, ours), "MB/sendbridge")
	b.ReportMetric(megabytes(b, hello), "MB/hello")
}

// untilItAsks returns the time from exec to the first request for work, and then ends the process.
func (f *function) untilItAsks(b *testing.B) time.Duration {
	b.Helper()
	defer f.stop()
	select {
	case <-f.api.Ready():
		return time.Since(f.started)
	case <-time.After(30 * time.Second):
		b.Fatal("the process requests no work")
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
