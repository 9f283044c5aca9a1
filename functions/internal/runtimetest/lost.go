package runtimetest

import (
	"bufio"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Lost runs a function whose runtime's API, at the address in a variable, is unavailable. It requires one log line that
// says so, that the process runs until SIGTERM, and that it then ends, with status 0 if clean is true.
func Lost(t *testing.T, cmd *exec.Cmd, environ, variable string, clean bool) {
	t.Helper()
	cmd.Env = []string{environ, variable + "=127.0.0.1:1"} // nothing listens there
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }).Stop() // only if it never ends
	defer cmd.Process.Kill()
	lines, said := bufio.NewScanner(out), 0
	for lines.Scan() {
		if strings.Contains(lines.Text(), `"msg":"runtime"`) {
			t.Fatalf("not the line about the API: %s", lines.Text())
		}
		if strings.Contains(lines.Text(), "the runtime's API does not answer") {
			if said++; said > 1 {
				t.Fatalf("logged again: %s", lines.Text())
			}
			cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	err = cmd.Wait()
	if said != 1 || clean && err != nil {
		t.Errorf("logged %d times, ended with %v", said, err)
	}
}
