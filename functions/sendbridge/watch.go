package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Editors save in several steps: a file is read when nothing has happened to it for quiet, and at most patience after the
// first step.
const (
	quiet    = 50 * time.Millisecond
	patience = time.Second
)

// watchFile calls changed, one call at a time, whenever the file has other bytes than the last time, from before on. It
// returns when ctx ends. The directory is watched, not the file: editors, and Kubernetes, put another file in its place.
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
	f.look() // what happened before there was a watcher
	settle(ctx, w.Events, w.Errors, f.look)
	return nil
}

// A watched file is one of which it is known what it had last.
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

// settle calls look after each run of events, until ctx ends. An error may stand for events that were lost.
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
