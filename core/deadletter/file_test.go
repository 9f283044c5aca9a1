package deadletter_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/deadletter"
	"sendbridge/core/fault"
	"sendbridge/core/rules/rulestest"
)

func fileSink(t *testing.T) (keep core.DeadLetterFunc, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "dead.jsonl")
	keep, err := deadletter.File(path)
	if err != nil {
		t.Fatal(err)
	}
	return keep, path
}

// linesOf reads a file in which each line must be an event.
func linesOf(t *testing.T, path string) (events []event.Event) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(content, []byte("\n")) {
		t.Errorf("the file ends with %.80q", content)
	}
	for line := range bytes.Lines(content) {
		e, err := cloudevent.DecodeEvent(line)
		if err != nil {
			t.Fatalf("%.80s: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

func TestDeadLettersInAFile(t *testing.T) {
	keep, path := fileSink(t)
	b := bridge.New(refusing(), rulestest.Parse(t, twoRules), &bridge.Options{DeadLetter: keep})
	r := []core.Record{*rulestest.Event(t, `"data":[1]`)}
	r[0].Event.DataEncoded = []byte("[\n{\"t\":\"/\"},\r\n{}]")
	for range 2 {
		if got := b.Deliver(t.Context(), r)[0]; got.Outcome != core.DeadLettered {
			t.Fatal(got.Outcome, got.Err)
		}
	}
	list := linesOf(t, path)
	if len(list) != 4 {
		t.Fatalf("%d lines", len(list))
	}
	if diff := cmp.Diff(`[ {"t":"/"},  {}]`, string(list[0].Data())); diff != "" {
		t.Error(diff)
	}
	if x := list[1].Extensions(); x["sendbridgerule"] != "second" || list[1].ID() != "42" {
		t.Errorf("got %v", list[1])
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// Each line is complete, even with concurrent writes and after a crash, and no old line is lost.
func TestLinesOfDeadLettersAreComplete(t *testing.T) {
	keep, path := fileSink(t)
	big := rulestest.Event(t, `"data":"`+strings.Repeat("x", 100_000)+`"`)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := keep(t.Context(), big.Event); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(linesOf(t, path)); got != 20 {
		t.Fatalf("%d lines", got)
	}
	if err := os.Truncate(path, sizeOf(t, path)-10); err != nil {
		t.Fatal(err)
	}
	if err := keep(t.Context(), big.Event); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	if len(lines) != 21 || len(lines[19]) != len(lines[18])-9 || !bytes.Equal(lines[20], lines[0]) {
		t.Errorf("after a crash: %d lines", len(lines))
	}
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestADeadLetterFileThatWasMovedIsMadeAnew(t *testing.T) {
	keep, path := fileSink(t)
	e := rulestest.Event(t, `"data":1`).Event
	for i := range 3 {
		if err := keep(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path, fmt.Sprint(path, i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if got := len(linesOf(t, fmt.Sprint(path, i))); got != 1 {
			t.Errorf("file %d has %d lines", i, got)
		}
	}
}

func TestADeadLetterFileThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "absent", "file"), ""} {
		if _, err := deadletter.File(path); err == nil {
			t.Errorf("%q: no error", path)
		}
	}
}

// An event that the disk does not confirm is not kept: /dev/full accepts no byte, and /dev/null cannot be synced.
func TestADeadLetterThatIsNotOnTheDisk(t *testing.T) {
	for _, device := range []string{"/dev/full", "/dev/null"} {
		keep, path := fileSink(t)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(device); err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(device, path); err != nil {
			t.Skip(err)
		}
		b := bridge.New(refusing(), rulestest.Parse(t, twoRules), &bridge.Options{DeadLetter: keep})
		if r := b.Deliver(t.Context(), []core.Record{*rulestest.Event(t, `"data":[1]`)})[0]; r.Outcome != core.Failed || fault.Of(r.Err).Class != fault.ClassTransient {
			t.Errorf("%s: %s, %v", device, r.Outcome, r.Err)
		}
	}
}
