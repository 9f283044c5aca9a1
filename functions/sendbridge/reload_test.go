package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func saveRules(t *testing.T, path, topic string) {
	t.Helper()
	next := path + "~"
	if err := os.WriteFile(next, []byte("rules:\n  - {name: door, topic: "+topic+", payload: {jsonpath: $.id}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
}

// SIGHUP makes a server read its rules again. A valid file takes effect at once, an invalid one changes nothing, and
// neither ends the process.
func TestHangupReloadsTheRules(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	saveRules(t, file, "v/1")
	p := startHTTP(t, b.environ("SENDBRIDGE_RULES_FILE="+file))
	deliver := func(id, want string) {
		t.Helper()
		if status, body := post(t, p.url, "application/cloudevents+json", door(id, "n")); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, body)
		}
		if topic, _ := b.receive(t); topic != want {
			t.Errorf("event %s went to %s, want %s", id, topic, want)
		}
	}
	hangup := func(message string) map[string]any {
		t.Helper()
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for {
			if line := p.line(t); line["msg"] != "event" {
				if !strings.HasPrefix(fmt.Sprint(line["msg"]), message) {
					t.Fatalf("the log has %v, want %s", line, message)
				}
				return line
			}
		}
	}
	deliver("1", "v/1")
	saveRules(t, file, "v/2")
	good := hangup("rules reloaded")
	deliver("2", "v/2")
	saveRules(t, file, "v/#")
	if wrong := hangup("rules not reloaded"); wrong["rulesHash"] != good["rulesHash"] || !strings.Contains(fmt.Sprint(wrong["list"]), file+":2:") {
		t.Errorf("%v", wrong)
	}
	deliver("3", "v/2")
}

// dev applies a rules file when it is saved and says what changed. It keeps the old rules if the new ones are invalid.
func TestDevReloadsSavedRules(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := filepath.Join(t.TempDir(), "rules.yaml")
	saveRules(t, file, "v/1")
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"dev", "--no-sample", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--console", "127.0.0.1:0", "--rules", file}, terminal{nil, w, os.Stderr, unhurried})
		w.Close()
	}()
	lines := bufio.NewScanner(r)
	next := func(prefix string) string {
		t.Helper()
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), prefix) {
				return lines.Text()
			}
		}
		t.Fatalf("no line begins with %q", prefix)
		return ""
	}
	url := strings.Fields(next("events "))[1]
	next("  curl")
	deliver := func(id, topic string) {
		t.Helper()
		answered := make(chan int, 1)
		go func() {
			status, _ := post(t, url, "application/cloudevents+json", door(id, "n"))
			answered <- status
		}()
		if line := next("com.example.door " + id); !strings.Contains(line, "→ "+topic+" →") {
			t.Errorf("%s, want topic %s", line, topic)
		}
		if status := <-answered; status != http.StatusNoContent {
			t.Errorf("answered %d", status)
		}
	}
	deliver("1", "v/1")
	saveRules(t, file, "v/2")
	if line := next("rules reloaded"); !strings.Contains(line, "changed door") {
		t.Error(line)
	}
	deliver("2", "v/2")
	saveRules(t, file, "v/#")
	next("rules not reloaded")
	next(file + ":2:")
	deliver("3", "v/2")
	cancel()
	go io.Copy(io.Discard, r)
	if code := <-done; code != 0 {
		t.Errorf("dev ended with %d", code)
	}
}
