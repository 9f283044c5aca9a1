package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Eight million brackets crash no process. Each ingress rejects them and answers the next request.
func TestDeepNestingEndsNoProcess(t *testing.T) {
	deep := strings.Repeat("[", 8_000_000)
	b := newBench(t)
	const large = "SENDBRIDGE_MAX_BODY=16MiB"
	t.Run("http", func(t *testing.T) {
		p := startHTTP(t, b.environ("SENDBRIDGE_RULES="+doorRules+openInlet, large))
		p.discard()
		for _, c := range [][2]string{{"", "application/cloudevents+json"}, {"", "application/cloudevents-batch+json"}, {"in/open", "application/json"}, {"in/open", "application/x-ndjson"}, {"in/open", ""}} {
			if status, body := post(t, p.url+c[0], c[1], deep); status != http.StatusBadRequest {
				t.Errorf("/%s, %s: %d %.300s", c[0], c[1], status, body)
			}
		}
		if status, body := post(t, p.url, "application/cloudevents+json", door("deep-http", "north")); status != http.StatusNoContent {
			t.Errorf("after that: %d %s", status, body)
		}
	})
	t.Run("lambda", func(t *testing.T) {
		f := startLambda(t, b.environ("SENDBRIDGE_RULES="+doorRules, rateless, large))
		got := f.invoke(t, deep)
		if !got.Failed || !strings.Contains(got.Body, "nests deeper") {
			t.Errorf("%v %.300s", got.Failed, got.Body)
		}
		if got := f.invoke(t, door("deep-lambda", "north")); got.Failed {
			t.Errorf("after that: %.300s", got.Body)
		}
	})
	t.Run("fc", func(t *testing.T) {
		f := startCustom(t, b.fcEnviron("SENDBRIDGE_RULES="+doorRules, large))
		if _, fcStatus, answer := f.ask(t, "/invoke", http.MethodPost, "/invoke", deep, roleKey); fcStatus != "404" || !strings.Contains(answer, "nests deeper") {
			t.Errorf("%s %.300s", fcStatus, answer)
		}
		if _, fcStatus, answer := f.ask(t, "/invoke", http.MethodPost, "/invoke", door("deep-fc", "north"), roleKey); fcStatus != "200" {
			t.Errorf("after that: %s %.300s", fcStatus, answer)
		}
	})
}

const openInlet = "\ninlets: {open: {verify: none, unverified: anybody-may-post, type: com.example.open}}\n"

// Concurrent batches of ten thousand invalid events cost little memory and one log line each.
func TestAStormOfBadBatches(t *testing.T) { storm(t, 50) }

func storm(t *testing.T, requests int) {
	t.Helper()
	b := newBench(t)
	p := startHTTP(t, b.environ("SENDBRIDGE_RULES="+doorRules))
	logged := make(chan bool)
	go func() {
		defer close(logged)
		for p.log.Scan() {
		}
	}()
	batch := "[" + strings.Repeat(`{"id":"x","specversion":"1.0"},`, 9_999) + "{}]"
	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	size := 0
	for range requests {
		wg.Go(func() {
			status, body := postUntilAnswered(t, p.url, "application/cloudevents-batch+json", batch)
			mu.Lock()
			defer mu.Unlock()
			answers[status]++
			size = max(size, len(body))
		})
	}
	wg.Wait()
	peak := memory(t, p.cmd.Process.Pid, "VmHWM")
	p.cmd.Process.Signal(syscall.SIGTERM)
	<-logged
	p.cmd.Wait()
	t.Logf("answers %v of at most %d bytes, peak %d MiB, log %d KiB", answers, size, peak>>20, p.all.Len()>>10)
	// On a busy machine, a body that is not read in time gets status 400, which is an answer, too.
	if answers[http.StatusUnprocessableEntity]+answers[http.StatusServiceUnavailable]+answers[http.StatusBadRequest] != requests || answers[http.StatusUnprocessableEntity] == 0 || size > 16<<10 {
		t.Errorf("answers %v of at most %d bytes", answers, size)
	}
	if peak > 300<<20 || p.all.Len() > 20<<20 {
		t.Errorf("%d MiB, log of %d KiB", peak>>20, p.all.Len()>>10)
	}
}

// postUntilAnswered posts again if the connection was closed: on a busy machine a client may exceed the server's
// timeout. If the process has ended, the connection is refused.
func postUntilAnswered(t *testing.T, url, mediaType, body string) (status int, answer string) {
	t.Helper()
	for {
		r, err := http.Post(url, mediaType, strings.NewReader(body))
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			t.Errorf("the process has ended: %v", err)
			return 0, ""
		case err != nil:
			continue
		}
		text, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err == nil {
			return r.StatusCode, string(text)
		}
	}
}

// memory returns a figure of a process from /proc, in bytes.
func memory(t *testing.T, pid int, name string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatalf("no %s", name)
	return 0
}
