package main

import (
	"bytes"
	"log/slog"
)

// A runtimeLog makes lines like all others of what the runtime's client says on the standard log.
type runtimeLog struct{ log *slog.Logger }

// Write logs a line. An invocation's error is left out: the handler has logged it, with the invocation's id.
func (l runtimeLog) Write(line []byte) (int, error) {
	if !bytes.HasPrefix(line, []byte(`{"errorMessage":`)) {
		l.log.Error("runtime", "error", string(bytes.TrimSpace(line)))
	}
	return len(line), nil
}
