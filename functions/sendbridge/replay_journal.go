package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"sendbridge/core"
)

// A journal records which items were sent, one line each, as soon as the answer arrives. A replay that was stopped or
// killed continues after them. The key of an item is a hash of its bytes, so lines may be added to the file in between.
type journal struct {
	file *os.File // nil if nothing is recorded
	sent map[string]bool
	mu   sync.Mutex
	err  error // the first error of a write
}

// journalHead is the first line of a journal's file.
const journalHead = "sendbridge replay\n"

// keyOf returns the key of an item.
func keyOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

func openJournal(path string) (*journal, error) {
	j := &journal{sent: make(map[string]bool)}
	if path == "" {
		return j, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	j.file = f
	if err := j.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return j, nil
}

// read loads the keys of earlier runs. If a kill cut a line short, its item is sent again.
func (j *journal) read() error {
	text, err := io.ReadAll(j.file)
	switch {
	case err != nil:
		return err
	case len(text) == 0:
		_, err := j.file.WriteString(journalHead)
		return err
	case !bytes.HasPrefix(text, []byte(journalHead)):
		return errors.New("the file exists but is not a state file of replay: give another --state")
	}
	for line := range strings.Lines(string(text[len(journalHead):])) {
		if key, complete := strings.CutSuffix(line, " sent\n"); complete {
			j.sent[key] = true
		} else if !strings.HasSuffix(line, "\n") {
			_, err = j.file.WriteString("\n")
		}
	}
	return err
}

// observe records the outcome of an event. The event's MessageID is the key.
func (j *journal) observe(_ context.Context, r core.Result, _ time.Duration) {
	if j.file == nil || r.Outcome != core.Sent && r.Outcome != core.Duplicate {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.WriteString(r.MessageID + " sent\n"); err != nil && j.err == nil {
		j.err = err
	}
}

func (j *journal) failed() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

func (j *journal) close() {
	if j.file != nil {
		j.file.Close()
	}
}
