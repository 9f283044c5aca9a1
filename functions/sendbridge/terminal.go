package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"

	"sendbridge/functions"
)

// A terminal holds the streams and the environment of a command.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
}

// untilSignal returns a context for a command that has something to finish. The context ends with ctx or with the first
// signal that ends a process. In every other command the system ends the process at once.
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

// aboutToRead prints a hint if a person has to type the input.
func (t terminal) aboutToRead() {
	if functions.IsTerminal(t.in) {
		fmt.Fprintln(t.err, "reading standard input: end it with Ctrl-D on a line of its own")
	}
}
