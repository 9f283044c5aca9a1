package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
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
// end a process. The second one ends the process, and the first one ends that of every other command, whatever it does at the
// time. What the caller has a process ignore, as nohup does with SIGHUP, stays ignored.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	var signals []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	if len(signals) == 0 { // NotifyContext would take none for all
		return context.WithCancel(ctx)
	}
	ctx, stop := signal.NotifyContext(ctx, signals...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
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
