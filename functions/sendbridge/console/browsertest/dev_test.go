package browsertest

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// binary is the path of sendbridge, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(dir, "sendbridge")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "./functions/sendbridge")
	build.Dir = filepath.Join("..", "..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		log.Fatalf("go build: %v\n%s", err, out)
	}
	code := m.Run()
	stopBrowser()
	os.RemoveAll(dir)
	os.Exit(code)
}

// A dev is a running sendbridge dev, with the directory of its files.
type dev struct {
	dir                        string
	console, events, api, mqtt string
	cmd                        *exec.Cmd
	lines                      chan string // of its terminal
}

const doorRules = `rules:
  - name: door
    pattern: {type: [com.example.door], data: {open: [true]}}
    topic: site/${$.data.site}/door
    payload: {template: '{"at": "${$.id}", "open": ${$.data.open}}'}
  - name: heartbeat
    pattern: {type: ["fc:Timer:Triggered"]}
    topic: site/heartbeat
    payload: {constant: alive}
`

// door returns an event that the rule door matches.
func door(id, site string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"/front-door","type":"com.example.door","data":{"open":true,"site":"` + site + `"}}`
}

// startDev runs dev with rules in a file until the test ends.
func startDev(t *testing.T, rules string, args ...string) *dev {
	t.Helper()
	d := &dev{dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(d.dir, "sendbridge.yaml"), []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	d.start(t, "127.0.0.1:0", append([]string{"--rules", "sendbridge.yaml", "--http", "127.0.0.1:0"}, args...)...)
	return d
}

// start runs dev in the directory, with its console at an address.
func (d *dev) start(t *testing.T, console string, args ...string) {
	t.Helper()
	d.cmd = exec.Command(binary, append([]string{"dev", "--no-sample", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--console", console}, args...)...)
	d.cmd.Dir, d.cmd.Env = d.dir, []string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED=true", "SENDBRIDGE_RATE=" + os.Getenv("SENDBRIDGE_RATE")}
	d.cmd.Stderr = os.Stderr
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.stop)
	lines := bufio.NewScanner(out)
	at := map[string]*string{"console": &d.console, "events": &d.events, "emulator": &d.api, "broker": &d.mqtt}
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) > 1 && at[words[0]] != nil {
			*at[words[0]] = words[1]
		}
		if strings.HasPrefix(lines.Text(), "  curl") {
			break
		}
	}
	if d.console == "" || d.events == "" || d.mqtt == "" {
		t.Fatal("dev does not say where it listens")
	}
	d.lines = make(chan string, 100_000)
	go func() {
		for lines.Scan() {
			d.lines <- lines.Text()
		}
		close(d.lines)
	}()
}

func (d *dev) stop() {
	d.cmd.Process.Kill()
	d.cmd.Wait()
}

// post sends an event as curl would.
func (d *dev) post(t *testing.T, body string) {
	t.Helper()
	d.postAs(t, "application/cloudevents+json", body)
}

func (d *dev) postBatch(t *testing.T, body string) {
	t.Helper()
	d.postAs(t, "application/cloudevents-batch+json", body)
}

func (d *dev) postAs(t *testing.T, mediaType, body string) {
	t.Helper()
	answer, err := http.Post(d.events, mediaType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
}

// subscribe connects a device that subscribes to every topic. It returns after the broker has acknowledged.
func (d *dev) subscribe(t *testing.T, client string) {
	t.Helper()
	var dialer net.Dialer
	c, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(d.mqtt, "mqtt://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sync.OnceFunc(func() { c.Close() }))
	connect := "\x00\x04MQTT\x04\x02\x00\x00\x00" + string(rune(len(client))) + client
	c.Write([]byte("\x10" + string(rune(len(connect))) + connect))
	c.Write([]byte("\x82\x06\x00\x01\x00\x01#\x00"))
	if _, err := io.ReadFull(c, make([]byte, 4+5)); err != nil { // CONNACK and SUBACK
		t.Fatal(err)
	}
	go io.Copy(io.Discard, c)
}

// write replaces a file as editors do.
func (d *dev) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path+"~", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

// sendbridge runs another command of the binary in dev's directory.
func (d *dev) sendbridge(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = d.dir, []string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED=true"}
	out, err := cmd.CombinedOutput()
	return string(out), err
}
