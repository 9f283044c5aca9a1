package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A file is read once after all steps of a save, and at least once a second while writes continue.
func TestABurstOfEventsIsReadOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		events []time.Duration // since the start
		want   []time.Duration
	}{
		"one":             {[]time.Duration{0}, []time.Duration{quiet}},
		"a save in steps": {[]time.Duration{0, 10, 20, 45e6}, []time.Duration{45e6 + quiet}},
		"two saves":       {[]time.Duration{0, 2e9}, []time.Duration{quiet, 2e9 + quiet}},
		"on and on":       {every(30*time.Millisecond, 50), []time.Duration{patience, 1470e6 + quiet}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				events, faults := make(chan fsnotify.Event), make(chan error)
				start := time.Now()
				var looks []time.Duration
				go settle(ctx, events, faults, func() { looks = append(looks, time.Since(start)) })
				for i, at := range tc.events {
					time.Sleep(at - time.Since(start))
					if i%2 == 0 {
						events <- fsnotify.Event{}
					} else {
						faults <- errors.New("overflow")
					}
				}
				time.Sleep(time.Minute)
				cancel()
				synctest.Wait()
				if !slices.Equal(looks, tc.want) {
					t.Errorf("looked after %v, want %v", looks, tc.want)
				}
			})
		})
	}
}

func every(d time.Duration, n int) []time.Duration {
	list := make([]time.Duration, n)
	for i := range list {
		list[i] = time.Duration(i) * d
	}
	return list
}

func TestEqualBytesAreNoChange(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.yaml")
	calls := 0
	f := watched{path: file, last: []byte("1"), changed: func([]byte, error) { calls++ }}
	save := func() {
		if err := os.WriteFile(file, []byte("1"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, step := range []struct {
		do    func()
		calls int
	}{{save, 0}, {save, 0}, {func() { os.Remove(file) }, 1}, {func() {}, 1}, {save, 2}, {save, 2}} {
		step.do()
		f.look()
		if calls != step.calls {
			t.Errorf("step %d: called %d times, want %d", i, calls, step.calls)
		}
	}
}

// watchFile notices each way in which editors and deployments save a file.
func TestEachWayToSaveIsSeen(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "rules.yaml")
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("rules.yaml", "1")
	seen := make(chan string)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- watchFile(ctx, file, []byte("0"), func(src []byte, err error) {
			if err != nil {
				src = []byte("gone")
			}
			seen <- string(src)
		})
	}()
	want := func(text string) {
		t.Helper()
		for got := <-seen; got != text; got = <-seen {
			if got != "" && got != "gone" { // a save in several steps may show these on the way
				t.Fatalf("saw %q, want %q", got, text)
			}
		}
	}
	want("1") // changed before it was watched
	put("rules.yaml", "2")
	want("2")
	put("next", "3")
	if err := os.Rename(filepath.Join(dir, "next"), file); err != nil {
		t.Fatal(err)
	}
	want("3")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	want("gone")
	put("rules.yaml", "3")
	want("3")
	put("four", "4")
	os.Remove(file)
	if err := os.Symlink("four", file); err != nil {
		t.Fatal(err)
	}
	want("4")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
