package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

const doorRules = `
rules:
  - name: door
    pattern: {type: [com.example.door], data: {open: [true]}}
    topic: site/${$.data.site}/door
    payload: {template: '{"at": "${$.id}", "by": ${$.data.by}}'}
`

func door(id, site string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/doors","type":"com.example.door","data":{"open":true,"site":%q,"by":{"n":7}}}`, id, site)
}

func TestAPostedEventReachesADevice(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ("SENDBRIDGE_RULES="+doorRules))

	if status, body := post(t, p.url, "application/cloudevents+json", door("s", "north")); status != http.StatusNoContent {
		t.Fatalf("structured: %d %s", status, body)
	}
	if topic, payload := b.receive(t); topic != "site/north/door" || payload != `{"at": "s", "by": {"n":7}}` {
		t.Errorf("structured: %s %s", topic, payload)
	}

	status, body := post(t, p.url, "application/json", `{"open":true,"site":"south","by":1.50}`,
		"ce-specversion", "1.0", "ce-id", "b%20%C3%A9", "ce-source", "/doors", "ce-type", "com.example.door")
	if status != http.StatusNoContent {
		t.Fatalf("binary: %d %s", status, body)
	}
	if topic, payload := b.receive(t); topic != "site/south/door" || payload != `{"at": "b é", "by": 1.50}` {
		t.Errorf("binary: %s %s", topic, payload)
	}

	status, body = post(t, p.url, "application/cloudevents-batch+json", "["+door("1", "east")+","+door("2", "west")+"]")
	if status != http.StatusOK || !json.Valid([]byte(body)) {
		t.Fatalf("batch: %d %s", status, body)
	}
	got := map[string]bool{}
	for range 2 {
		topic, _ := b.receive(t)
		got[topic] = true
	}
	if !got["site/east/door"] || !got["site/west/door"] {
		t.Errorf("batch: %v", got)
	}
}

// Devices receive exactly the bytes that were posted, up to the API's limit and with both signature versions.
func TestPayloadsArriveByteForByte(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ(`SENDBRIDGE_RULES={rules: [
		{pattern: {type: [text]}, topic: raw/text, payload: {jsonpath: $.data}},
		{pattern: {type: [binary]}, topic: raw/binary, payload: {jsonpath: $.data, base64: true}}]}`))
	binary := make([]byte, 48<<10)
	for i := range binary {
		binary[i] = byte(i * 7)
	}
	for name, c := range map[string]struct{ kind, body string }{
		"1 byte":               {"text", "x"},
		"4 KB":                 {"text", strings.Repeat(`a b+c%20&é"\`, 4096/13)},
		"65,536 bytes ASCII":   {"text", strings.Repeat("0123456789abcde ", 4096)},
		"65,536 bytes of CJK":  {"text", strings.Repeat("消", 21845) + "."},
		"48 KB binary, base64": {"binary", string(binary)},
	} {
		status, answer := post(t, p.url, "application/octet-stream", c.body, "ce-specversion", "1.0", "ce-id", name, "ce-source", "/s", "ce-type", c.kind)
		if status != http.StatusNoContent {
			t.Errorf("%s: %d %s", name, status, answer)
			continue
		}
		topic, got := b.receive(t)
		if c.kind == "binary" {
			raw, err := base64.StdEncoding.DecodeString(got)
			if err != nil {
				t.Fatal(err)
			}
			got = string(raw)
		}
		if topic != "raw/"+c.kind || got != c.body {
			t.Errorf("%s: %d bytes on %s differ from the %d posted", name, len(got), topic, len(c.body))
		}
	}
	for name, c := range map[string]struct{ kind, body, want string }{
		"65,537 bytes": {"text", strings.Repeat("x", 65537), "65537"},
		"not UTF-8":    {"text", "\xff", "UTF-8"},
		"empty":        {"text", "", "missing"},
	} {
		before := b.emulator.Stats().Requests
		status, answer := post(t, p.url, "application/octet-stream", c.body, "ce-specversion", "1.0", "ce-id", name, "ce-source", "/s", "ce-type", c.kind)
		if status != http.StatusUnprocessableEntity || !strings.Contains(answer, c.want) || b.emulator.Stats().Requests != before {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
}

// The log has one line per event. The line has what an operator needs, and no part of the payload.
func TestLogSaysWhatHappenedAndKeepsSecrets(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ("SENDBRIDGE_RULES="+doorRules, "SENDBRIDGE_AUTH=bearer", "SENDBRIDGE_TOKEN=s3cr3t-bearer"))
	auth := []string{"Authorization", "Bearer s3cr3t-bearer"}
	if status, _ := post(t, p.url, "application/cloudevents+json", door("1", "north")); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	post(t, p.url, "application/cloudevents+json", door("sent", "north"), auth...)
	post(t, p.url, "application/cloudevents+json", strings.Replace(door("dropped", "x"), "true", "false", 1), auth...)
	post(t, p.url, "application/cloudevents+json", door("refused", "a/b"), auth...)
	if err := b.emulator.Fail(onstest.Fault{Code: "InstancePermissionCheckFailed"}); err != nil {
		t.Fatal(err)
	}
	post(t, p.url, "application/cloudevents+json", door("failed", "north"), auth...)
	for _, want := range []map[string]any{
		{"outcome": "sent", "id": "sent", "level": "INFO", "rule": "door", "topic": "site/north/door", "attempts": 1.0, "ingress": "http:/"},
		{"outcome": "dropped", "id": "dropped", "level": "WARN", "type": "com.example.door", "source": "/doors"},
		{"outcome": "refused", "id": "refused", "level": "ERROR", "class": "message", "code": "TopicInvalid"},
		{"outcome": "failed", "id": "failed", "level": "ERROR", "class": "permission", "code": "InstancePermissionCheckFailed", "actor": "role",
			"advice": "check the instance id, its region and its account, and grant the role mq:MqttInstanceAccess on the instance"},
	} {
		line := p.line(t)
		for line["msg"] != "event" {
			line = p.line(t)
		}
		for key, value := range want {
			if line[key] != value {
				t.Errorf("%s is %v in %v, want %v", key, line[key], line, value)
			}
		}
	}
	for _, secret := range []string{"s3cr3t", onstest.STSKeySecret, onstest.STSToken, "Signature", `"n":7`} {
		if strings.Contains(p.all.String(), secret) {
			t.Errorf("the log has %q: %s", secret, p.all.String())
		}
	}
}

func TestDrainFinishesWhatIsInFlight(t *testing.T) {
	arrived, release := make(chan bool), make(chan bool)
	api := httptest.NewServer(onstest.New(&onstest.Options{Publish: func(onstest.Message) error {
		arrived <- true
		<-release
		return nil
	}}))
	t.Cleanup(api.Close)
	p := startHTTP(t, (&bench{api: api}).environ("SENDBRIDGE_TOPIC=a/b"))
	answered := make(chan int, 1)
	go func() {
		status, _ := post(t, p.url, "application/cloudevents+json", door("1", "north"))
		answered <- status
	}()
	<-arrived
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for p.line(t)["msg"] != "accepting ended" {
	}
	second := make(chan bool)
	go func() {
		defer close(second)
		client := &http.Client{Timeout: 10 * time.Second} // another process may have the port now, and not answer
		if answer, err := client.Post(p.url, "application/cloudevents+json", strings.NewReader(door("2", "north"))); err == nil {
			answer.Body.Close()
		}
	}()
	select {
	case <-arrived:
		t.Error("a draining server still accepts")
	case <-second:
	}
	close(release)
	if status := <-answered; status != http.StatusNoContent {
		t.Errorf("the request in flight was answered %d", status)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process ended with %v: %s", err, p.all.String())
	}
}

// A draining process fails its readiness check and still delivers. A second signal ends it.
func TestADrainingProcessStillDelivers(t *testing.T) {
	b := newBench(t)
	p := startHTTP(t, b.environ("SENDBRIDGE_TOPIC=a/b", "SENDBRIDGE_DRAIN=1h"))
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for p.line(t)["msg"] != "draining" {
	}
	for path, want := range map[string]int{"readyz": http.StatusServiceUnavailable, "healthz": http.StatusOK} {
		answer, err := http.Get(p.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want || !answer.Close {
			t.Errorf("/%s: %d, closes %v", path, answer.StatusCode, answer.Close)
		}
	}
	if status, body := post(t, p.url, "application/cloudevents+json", door("1", "north")); status != http.StatusNoContent {
		t.Errorf("%d %s", status, body)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); p.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("ended with %v: %s", err, p.all.String())
	}
}

func TestAWrongSettingStopsTheStart(t *testing.T) {
	cmd := exec.Command(binary(t, httpHandler))
	cmd.Env = loopbacktest.Environ("SENDBRIDGE_INSTANCE=x", "SENDBRIDGE_REGION=cn-hangzhou")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "SENDBRIDGE_INSTANCE: there is no such setting; did you mean SENDBRIDGE_INSTANCE_ID?") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestDevShowsTheSample(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, strings.Fields("dev --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0 --console off"), terminal{nil, w, os.Stderr, unhurried})
		w.Close()
	}()
	var seen []string
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		seen = append(seen, lines.Text())
		if strings.HasPrefix(lines.Text(), "a device received") {
			cancel()
			break
		}
	}
	go io.Copy(io.Discard, r)
	all := strings.Join(seen, "\n")
	for _, want := range []string{"curl -i http://127.0.0.1:", "mosquitto_sub -h 127.0.0.1 -p ", "not Alibaba Cloud",
		"com.example.door 1 → everything → events/com.example.door → {", "a device received on events/com.example.door: {"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in:\n%s", want, all)
		}
	}
	if code := <-done; code != 0 {
		t.Errorf("dev ended with %d", code)
	}
}
