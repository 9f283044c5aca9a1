package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/core/onstest"
)

// A devTerminal is what somebody sees who runs dev.
type devTerminal struct {
	out      *bufio.Scanner
	reader   io.Reader // behind out
	err      *screen
	url, api string
}

// startDev runs dev until the test ends, and returns when it has said where it listens.
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
		done <- run(ctx, append(strings.Fields("dev --console off --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0"), args...), terminal{nil, w, d.err, environ})
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

// next is the next line that has a text.
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

// The terminal says what a message went through: each attempt, its code, the wait before it, and in the end why it was
// not sent and who has to act.
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
	// Who posts the wrong thing finds out in the log, which is for machines here: nobody sits at a buffer.
	d.post(t, "{")
	d.post(t, door("3", "north")) // its line comes after the other's, or before: both are asked for
	d.next(t, "com.example.door 3")
	d.err.shows(t, `"msg":"request refused"`)
	d.err.shows(t, `"code":"InvalidEvent"`)
	if log := d.err.String(); !strings.Contains(log, `"msg":"start"`) || strings.Contains(log, `"msg":"event"`) || strings.Contains(log, onstest.AccessKeySecret) {
		t.Errorf("the log is %s", log)
	}
}

// A sample that no rule takes is not sent, and the terminal says so.
func TestDevSendsNoSampleThatNoRuleTakes(t *testing.T) {
	for rules, fits := range map[string]bool{
		"rules: [{topic: a/b, pattern: {type: [other]}, payload: original}]":           false,
		"rules: [{topic: a/b, payload: {jsonpath: $.data.missing}}]":                   false,
		"rules: [{topic: 'doors/${$.data.open}', payload: {jsonpath: '$.data.open'}}]": true,
	} {
		dir := write(t, map[string]string{"rules.yaml": rules})
		d := startDev(t, "--rules", filepath.Join(dir, "rules.yaml"))
		if about := d.next(t, "Post an event"); strings.Contains(about, "would not send this one") == fits {
			t.Errorf("%s: %s", rules, about)
		}
		if fits {
			d.next(t, "a device got, on doors/true: true")
			continue
		}
		d.next(t, "curl")
		d.post(t, strings.Replace(sampleEvent, `"id":"1"`, `"id":"mine"`, 1))
		if line := d.next(t, "com.example.door"); !strings.Contains(line, "com.example.door mine") {
			t.Errorf("%s: the sample was sent: %s", rules, line)
		}
	}
}

// On a terminal the log is for people, and JSON where SENDBRIDGE_LOG_FORMAT asks for it.
func TestTheLogIsForWhoReadsIt(t *testing.T) {
	b := newBench(t)
	environ := append(b.environ(), "SENDBRIDGE_TOPIC=a/b")
	s := startSession(t, httpBinary, environ)
	s.shows(t, "listen=")
	if strings.Contains(s.String(), `"level"`) {
		t.Errorf("a terminal shows %s", s.String())
	}
	s = startSession(t, httpBinary, append(environ, "SENDBRIDGE_LOG_FORMAT=json", "SENDBRIDGE_ADMIN_LISTEN=off"))
	s.shows(t, `"admin":"off"`)
	code, out := runBinary(t, httpBinary, append(environ, "SENDBRIDGE_LOG_FORMAT=text", "SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:99999"))
	if code != 1 || strings.Contains(out, "{") || !strings.Contains(out, "SENDBRIDGE_ADMIN_LISTEN") {
		t.Errorf("%d %s", code, out)
	}
	s = startSession(t, httpBinary, append(environ, "SENDBRIDGE_RATE=many"))
	s.shows(t, `SENDBRIDGE_RATE="many": want a whole number`)
}
