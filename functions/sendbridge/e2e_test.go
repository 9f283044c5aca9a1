package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// httpBinary is functions/http, built once for all tests.
var httpBinary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sendbridge")
	if err != nil {
		log.Fatal(err)
	}
	httpBinary = filepath.Join(dir, "http")
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", httpBinary, "sendbridge/functions/http").CombinedOutput(); err != nil {
		log.Fatalf("go build: %v\n%s", err, out)
	}
	code := loopbacktest.Guard(m).Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// A bench is an emulator, its broker, and a device that subscribes to every topic.
type bench struct {
	api      *httptest.Server
	emulator *onstest.Handler
	device   *device
}

// newBench starts a bench. change sets further options of the emulator.
func newBench(t *testing.T, change ...func(*onstest.Options)) *bench {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mqtt, err := startBroker(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mqtt.close() })
	options := &onstest.Options{Publish: mqtt.publish}
	for _, set := range change {
		set(options)
	}
	b := &bench{emulator: onstest.New(options)}
	b.api = httptest.NewServer(b.emulator)
	t.Cleanup(b.api.Close)
	if b.device, err = connectDevice(t.Context(), l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.device.disconnect() })
	return b
}

// environ returns the environment of a deployed handler, with STS credentials.
func (b *bench) environ(extra ...string) []string {
	return append([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + b.api.URL,
		"SENDBRIDGE_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_DRAIN=0",
		"SENDBRIDGE_TIMEOUT=1m", // on a busy machine the API seems slow
		"SENDBRIDGE_REQUEST_TIMEOUT=2m",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.STSKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.STSKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN=" + onstest.STSToken,
		"ALIBABA_CLOUD_STS_ENDPOINT=" + b.api.URL,
	}, extra...)
}

func (b *bench) receive(t *testing.T) (topic, payload string) {
	t.Helper()
	p, err := b.device.receive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p.Topic, string(p.Payload)
}

// A process is a real binary with its log.
type process struct {
	cmd *exec.Cmd
	log *bufio.Scanner
	all bytes.Buffer
	url string
}

// startHTTP runs functions/http until the test ends.
func startHTTP(t *testing.T, environ []string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(httpBinary)}
	p.cmd.Env = loopbacktest.Environ(environ...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	})
	p.log = bufio.NewScanner(io.TeeReader(stderr, &p.all))
	p.log.Buffer(nil, 16<<20) // an event's line lists up to a thousand messages
	start := p.line(t)
	p.url = fmt.Sprint("http://", start["listen"], "/")
	if start["msg"] != "start" || start["rulesHash"] == "" {
		t.Fatalf("the log starts with %v", start)
	}
	return p
}

// discard reads the rest of the log, so that the process never blocks on writing it.
func (p *process) discard() {
	go func() {
		for p.log.Scan() {
		}
	}()
}

// line returns the next line of the log.
func (p *process) line(t *testing.T) map[string]any {
	t.Helper()
	if !p.log.Scan() {
		t.Fatalf("the log ended: %s", p.all.String())
	}
	var line map[string]any
	if err := json.Unmarshal(p.log.Bytes(), &line); err != nil {
		t.Fatalf("%s: %v", p.log.Text(), err)
	}
	return line
}

func post(t *testing.T, url, mediaType, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", mediaType)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

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
	if _, err := net.Dial("tcp", strings.Trim(p.url, "htp:/")); err == nil {
		t.Error("a draining server still accepts")
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
	cmd := exec.Command(httpBinary)
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
		done <- run(ctx, strings.Fields("dev --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0 --console off"), terminal{nil, w, os.Stderr, nil})
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
