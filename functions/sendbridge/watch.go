package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Editors save a file in several steps. A file is read once nothing has happened to it for quiet, and at the latest
// patience after the first step.
const (
	quiet    = 50 * time.Millisecond
	patience = time.Second
)

// watchFile calls changed whenever the file's bytes differ from the last ones, beginning with before. It makes one call
// at a time and returns when ctx ends. It watches the directory, not the file, because editors and Kubernetes replace
// the file.
func watchFile(ctx context.Context, path string, before []byte, changed func(src []byte, err error)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(path)); err != nil {
		return err
	}
	f := watched{path: path, last: before, changed: changed}
	f.look() // a change before the watcher started
	settle(ctx, w.Events, w.Errors, f.look)
	return nil
}

// A watched is a file with its last known content.
type watched struct {
	path    string
	last    []byte
	gone    bool
	changed func(src []byte, err error)
}

func (f *watched) look() {
	src, err := os.ReadFile(f.path)
	if err != nil && f.gone || err == nil && !f.gone && bytes.Equal(src, f.last) {
		return
	}
	if f.gone = err != nil; !f.gone {
		f.last = src
	}
	f.changed(src, err)
}

// settle calls look after each burst of events, until ctx ends. An error may mean that events were lost, so it counts
// as an event.
func settle(ctx context.Context, events <-chan fsnotify.Event, errors <-chan error, look func()) {
	var due <-chan time.Time
	var latest time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
			due = nil
			look()
			continue
		case <-events:
		case <-errors:
		}
		if due == nil {
			latest = time.Now().Add(patience)
		}
		due = time.After(min(quiet, time.Until(latest)))
	}
}
