package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"sendbridge/core/onstest"
)

// Further invocations add no goroutines, and no more memory than the bounded dedup window and the garbage collector's slack.
func TestLambdaDoesNotGrow(t *testing.T) { invokeMore(t, 200, 250) }

func invokeMore(t *testing.T, warm, more int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("memory is read from /proc, and Lambda is Linux")
	}
	little, _ := afterInvocations(t, warm, 0)
	much, grown := afterInvocations(t, warm, more)
	if much > little+2 { // an idle connection has two goroutines
		t.Errorf("%d goroutines after %d invocations, %d after %d", much, warm+more, little, warm)
	}
	if grown > 4<<10 {
		t.Errorf("%d invocations grow it by %d KiB", more, grown)
	}
	t.Logf("goroutines: %d after %d invocations, %d after %d; memory grew by %d KiB", little, warm, much, warm+more, grown)
}

// afterInvocations returns the number of goroutines after warm+more invocations, and the growth in KiB during the last
// more.
func afterInvocations(t *testing.T, warm, more int) (goroutines, grown int) {
	t.Helper()
	api := httptest.NewServer(onstest.New(&onstest.Options{Quota: &onstest.Quota{}}))
	t.Cleanup(api.Close)
	f := startLambda(t, (&bench{api: api}).environ("SENDBRIDGE_RULES="+doorRules, rateless, "SENDBRIDGE_AUTH=none"))
	deliver := func(from, to int) int {
		for i := from; i < to; i++ {
			f.answers(t, httpEvent("", "application/cloudevents+json", door(fmt.Sprint(i), "north")), `{"statusCode":204,"headers":{},"body":"","isBase64Encoded":false}`)
		}
		return resident(t, f.cmd.Process.Pid)
	}
	before := deliver(0, warm)
	grown = deliver(warm, warm+more) - before
	if err := f.cmd.Process.Signal(syscall.SIGQUIT); err != nil { // Go ends with the stacks of all its goroutines
		t.Fatal(err)
	}
	f.cmd.Wait()
	goroutines = strings.Count(f.log.String(), "\ngoroutine ")
	if goroutines < 2 {
		t.Fatalf("no stacks in the log: %.2000s", f.log.String())
	}
	return goroutines, grown
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident returns the resident memory of a process in KiB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	m := residentLine.FindSubmatch(status)
	if m == nil {
		t.Fatalf("no memory in %s", status)
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}
