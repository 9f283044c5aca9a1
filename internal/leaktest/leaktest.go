// Package leaktest fails tests that leave goroutines behind. goleak alone waits less than half a second for their end, which a
// busy machine can take to end a connection's.
package leaktest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience is how long goroutines have for their end.
const patience = 20 * time.Second

// Main runs a package's tests, such as a *testing.M, and exits.
func Main(tests interface{ Run() int }) {
	code := tests.Run()
	if code == 0 {
		if err := find(patience); err != nil {
			fmt.Fprintln(os.Stderr, "after the tests:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// Verify fails t if there are other goroutines than this one and those that the options name.
func Verify(t testing.TB, options ...goleak.Option) {
	t.Helper()
	if err := find(patience, options...); err != nil {
		t.Error(err)
	}
}

func find(patience time.Duration, options ...goleak.Option) error {
	for end := time.Now().Add(patience); ; {
		if err := goleak.Find(options...); err == nil || time.Now().After(end) { // Find waits between its looks
			return err
		}
	}
}
