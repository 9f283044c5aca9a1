package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sendbridge/core/onstest"
	"sendbridge/internal/leaktest"
)

// A devTerminal holds the output of dev.
type devTerminal struct {
	out      *bufio.Scanner
	reader   io.Reader // reads out
	err      *screen
	url, api string
}

// startDev runs dev until the test ends. It returns after dev has printed its addresses.
func startDev(t *testing.T, args ...string) *devTerminal {
	t.Helper()
	return startDevWith(t, nil, args...)
}

func startDevWith(t *testing.T, environ []string, args ...string) *devTerminal {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	d := &devTerminal{out: bufio.NewScanner(r), reader: r, err: newScreen()}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append(strings.Fields("dev --console off --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0"), args...), terminal{nil, w, d.err, slices.Concat(unhurried, environ)})
		w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		go io.Copy(io.Discard, r)
		if code := <-done; code != 0 {
			t.Errorf("dev ended with %d: %s", code, d.err.String())
		}
	})
	d.url = strings.Fields(d.next(t, "events "))[1]
	d.api = strings.Fields(d.next(t, "emulator "))[1]
	return d
}

// next returns the next line that contains a text.
func (d *devTerminal) next(t *testing.T, text string) string {
	t.Helper()
	for d.out.Scan() {
		if strings.Contains(d.out.Text(), text) {
			return d.out.Text()
		}
	}
	t.Fatalf("no line has %q", text)
	return ""
}

func (d *devTerminal) post(t *testing.T, body string) {
	go func() {
		if answer, err := http.Post(d.url, "application/cloudevents+json", strings.NewReader(body)); err == nil {
			answer.Body.Close()
		}
	}()
}

// The terminal shows each attempt of a message, its code and the wait before it, and finally why it was not sent and
// who has to act.
func TestDevShowsAttemptsAndReasons(t *testing.T) {
	dir := write(t, map[string]string{"rules.yaml": doorRules})
	d := startDev(t, "--no-sample", "--rules", filepath.Join(dir, "rules.yaml"))
	fail := func(faults string) {
		answer, err := http.Post(d.api+"_emulator/faults", "application/json", strings.NewReader(faults))
		if err != nil || answer.StatusCode/100 != 2 {
			t.Fatalf("%v %v", answer, err)
		}
		answer.Body.Close()
	}
	d.next(t, "curl")
	fail(`[{"code":"SystemOverFlow","times":2}]`)
	d.post(t, door("1", "north"))
	if line := d.next(t, "com.example.door 1"); !strings.Contains(line, "(3 attempts: SystemOverFlow, after ") || strings.Count(line, "SystemOverFlow") != 2 || !strings.HasSuffix(line, " accepted)") {
		t.Error(line)
	}
	fail(`[{"code":"PermissionCheckFailed","times":1}]`)
	d.post(t, door("2", "north"))
	line := d.next(t, "com.example.door 2")
	for _, want := range []string{"not sent: ", "PermissionCheckFailed", "class permission, actor role: "} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in %s", want, line)
		}
	}
	// The log explains an invalid request. It is JSON here, because a buffer is no terminal.
	d.post(t, "{")
	d.post(t, door("3", "north")) // the two lines come in either order
	d.next(t, "com.example.door 3")
	d.err.shows(t, `"msg":"request refused"`)
	d.err.shows(t, `"code":"InvalidEvent"`)
	if log := d.err.String(); !strings.Contains(log, `"msg":"start"`) || strings.Contains(log, `"msg":"event"`) || strings.Contains(log, onstest.AccessKeySecret) {
		t.Errorf("the log is %s", log)
	}
}

// A start that fails leaves neither listeners nor a broker behind.
func TestAFailedStartOfDevEndsWhatItStarted(t *testing.T) {
	others := goleak.IgnoreCurrent()
	environ := []string{"SENDBRIDGE_RATE=many"}
	if code, _, errors := command(t, "", environ, strings.Fields("dev --console off --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0")...); code != 1 || !strings.Contains(errors, "SENDBRIDGE_RATE") {
		t.Fatalf("%d %s", code, errors)
	}
	leaktest.Verify(t, others)
}

// dev does not send the sample if no rule matches it, and says so.
func TestDevSendsNoSampleThatNoRuleMatches(t *testing.T) {
	for rules, fits := range map[string]bool{
		"rules: [{topic: a/b, pattern: {type: [other]}, payload: original}]":           false,
		"rules: [{topic: a/b, payload: {jsonpath: $.data.missing}}]":                   false,
		"rules: [{topic: 'doors/${$.data.open}', payload: {jsonpath: '$.data.open'}}]": true,
	} {
		dir := write(t, map[string]string{"rules.yaml": rules})
		d := startDev(t, "--rules", filepath.Join(dir, "rules.yaml"))
		if about := d.next(t, "Post an event"); strings.Contains(about, "would not send this event") == fits {
			t.Errorf("%s: %s", rules, about)
		}
		if fits {
			d.next(t, "a device received on doors/true: true")
			continue
		}
		d.next(t, "curl")
		d.post(t, strings.Replace(sampleEvent, `"id":"1"`, `"id":"mine"`, 1))
		if line := d.next(t, "com.example.door"); !strings.Contains(line, "com.example.door mine") {
			t.Errorf("%s: the sample was sent: %s", rules, line)
		}
	}
}

// On a terminal the log is text, unless SENDBRIDGE_LOG_FORMAT asks for JSON.
func TestLogFormatDependsOnTheTerminal(t *testing.T) {
	b := newBench(t)
	environ := append(b.environ(), "SENDBRIDGE_TOPIC=a/b")
	s := startSession(t, binary(t, httpHandler), environ)
	s.shows(t, "listen=")
	if strings.Contains(s.String(), `"level"`) {
		t.Errorf("a terminal shows %s", s.String())
	}
	s = startSession(t, binary(t, httpHandler), append(environ, "SENDBRIDGE_LOG_FORMAT=json", "SENDBRIDGE_ADMIN_LISTEN=off"))
	s.shows(t, `"admin":"off"`)
	code, out := runBinary(t, binary(t, httpHandler), append(environ, "SENDBRIDGE_LOG_FORMAT=text", "SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:99999"))
	if code != 1 || strings.Contains(out, "{") || !strings.Contains(out, "SENDBRIDGE_ADMIN_LISTEN") {
		t.Errorf("%d %s", code, out)
	}
	s = startSession(t, binary(t, httpHandler), append(environ, "SENDBRIDGE_RATE=many"))
	s.shows(t, `SENDBRIDGE_RATE="many": want a whole number`)
}
