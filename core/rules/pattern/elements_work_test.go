//go:build unix

package pattern

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/internal/jsontext"
)

// Ten kilobytes of brackets before a long text must not keep a processor busy. Looking for the end of each array at each
// level takes ten thousand times the work that the same text takes without brackets. The work is the processor's time that
// this process used: a busy machine adds nothing to it.
func TestNestedArraysAreReadOnce(t *testing.T) {
	work := func(depth int) time.Duration {
		array := strings.Repeat("[", depth) + `"` + strings.Repeat("x", 1<<20) + `"` + strings.Repeat("]", depth)
		v := patternView(t, "application/json", `{"a":`+array+`}`, nil)
		before := processorTime(t)
		checkPattern(t, `data: {a: [y]}`, false, v, false)
		checkPattern(t, `data: {a: {b: [y]}}`, false, v, false)
		return processorTime(t) - before
	}
	flat := work(1)
	if deep := work(jsontext.MaxDepth - 1); deep > 200*max(flat, time.Millisecond) {
		t.Errorf("the nested array took %v of the processor, one level %v", deep, flat)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
