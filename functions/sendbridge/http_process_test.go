package main

import (
	"bufio"
	"bytes"
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
	"slices"
	"strings"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == commandName {
		main() // ends the process
	}
	var err error
	if packageDir, err = os.Getwd(); err != nil {
		log.Fatal(err)
	}
	if workDir, err = os.MkdirTemp("", "sendbridge"); err != nil {
		log.Fatal(err)
	}
	code := loopbacktest.Guard(m).Run()
	os.RemoveAll(workDir)
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

// unhurried are settings with which the API does not seem slow on a busy machine.
var unhurried = []string{"SENDBRIDGE_TIMEOUT=1m", "SENDBRIDGE_REQUEST_TIMEOUT=2m"}

// environ returns the environment of a deployed handler, with STS credentials.
func (b *bench) environ(extra ...string) []string {
	return slices.Concat(unhurried, []string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + b.api.URL,
		"SENDBRIDGE_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_DRAIN=0",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.STSKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.STSKeySecret,
		"ALIBABA_CLOUD_SECURITY_TOKEN=" + onstest.STSToken,
		"ALIBABA_CLOUD_STS_ENDPOINT=" + b.api.URL,
	}, extra)
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
	p := &process{cmd: exec.Command(binary(t, httpHandler))}
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
