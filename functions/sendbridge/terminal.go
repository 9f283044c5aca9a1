package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"

	"sendbridge/functions"
)

// A terminal is what a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
}

// untilSignal is for a command that has something to finish: its context ends with ctx and with the first of the signals that
// end a process. A signal ends every other command as the system does it, whatever it does at the time.
func untilSignal(ctx context.Context) (context.Context, func()) {
	return functions.UntilSignal(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

// read reads a file, or standard input for "-".
func (t terminal) read(path string) ([]byte, error) {
	if path != "-" {
		return os.ReadFile(path)
	}
	t.aboutToRead()
	return io.ReadAll(t.in)
}

// aboutToRead tells a person who sits there that the command waits for what they type.
func (t terminal) aboutToRead() {
	if functions.IsTerminal(t.in) {
		fmt.Fprintln(t.err, "reading standard input: end it with Ctrl-D on a line of its own")
	}
}
