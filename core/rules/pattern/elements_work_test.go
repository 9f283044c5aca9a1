//go:build unix

package pattern

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/internal/jsontext"
)

// Ten kilobytes of brackets before a long text must not cost much time. A search for the end of each array at each level
// would take ten thousand times as long as the same text without brackets. The test measures the processor time of this
// process, which does not depend on the machine's load.
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
