package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// A world is the emulator with a quota, as eight processes see it: each has an address, its own or that of all.
type world struct {
	*onstest.Handler
	urls []string // of the emulator, one for each process

	mu        sync.Mutex
	began     time.Time
	passed    []time.Duration // when each call was published
	published map[string]int  // by the event's id
}

const fleetSize = 8

// unhurried are settings with which the API does not seem slow on a busy machine.
var unhurried = []string{"SENDBRIDGE_TIMEOUT=1m", "SENDBRIDGE_REQUEST_TIMEOUT=2m"}

func newWorld(tb testing.TB, q onstest.Quota, oneAddress bool) *world {
	tb.Helper()
	w := &world{began: time.Now(), published: map[string]int{}}
	w.Handler = onstest.New(&onstest.Options{Quota: &q, Publish: func(m onstest.Message) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.published[m.Payload]++
		w.passed = append(w.passed, time.Since(w.began))
		return nil
	}})
	for n := range fleetSize {
		address := "10.0.0.1:1"
		if !oneAddress {
			address = fmt.Sprintf("10.0.1.%d:1", n+1)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			r.RemoteAddr = address
			w.ServeHTTP(rw, r)
		})}
		go server.Serve(l)
		tb.Cleanup(func() { server.Close() })
		w.urls = append(w.urls, "http://"+l.Addr().String())
	}
	return w
}

// begin sets the beginning of the time that rates and passedFrom count from.
func (w *world) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began, w.passed = time.Now(), nil
}

// rates are the messages that were published in each part of the time.
func (w *world) rates(part, whole time.Duration) []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	counts := make([]int, whole/part)
	for _, at := range w.passed {
		if i := int(at / part); i < len(counts) {
			counts[i]++
		}
	}
	return counts
}

// passedFrom is how many messages were published between two moments.
func (w *world) passedFrom(from, to time.Duration) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.passed {
		if at >= from && at < to {
			n++
		}
	}
	return n
}

// httpBinary builds the HTTP handler, once.
var httpBinary = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(builds, "http")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", path, "./functions/http")
	cmd.Dir, cmd.Stderr = "../../..", os.Stderr
	return path, cmd.Run()
})

// A process is an HTTP handler that runs.
type process struct {
	cmd *exec.Cmd
	url string

	mu   sync.Mutex
	lost int // how often it lost Redis
	back int // how often it was back
	log  []string
}

// startProcesses starts eight handlers with these settings beside those that all have.
func (w *world) startProcesses(tb testing.TB, settings ...string) (all []*process) {
	tb.Helper()
	path, err := httpBinary()
	if err != nil {
		tb.Fatal(err)
	}
	for n := range fleetSize {
		p := &process{cmd: exec.Command(path)}
		p.cmd.Env = loopbacktest.Environ(append([]string{
			"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=" + w.urls[n], "SENDBRIDGE_REGION=cn-hangzhou",
			"SENDBRIDGE_RULES={rules: [{topic: fleet/all, payload: {template: '${$.id}'}}]}",
			"SENDBRIDGE_LISTEN=127.0.0.1:0", "SENDBRIDGE_ADMIN_LISTEN=off", "SENDBRIDGE_DRAIN=0",
			"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
		}, settings...)...)
		out, err := p.cmd.StderrPipe()
		if err != nil {
			tb.Fatal(err)
		}
		if err := p.cmd.Start(); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(p.stop)
		go p.read(out)
		all = append(all, p)
	}
	for _, p := range all {
		until(tb, "the handler listens", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.url != "" })
	}
	return all
}

func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.cmd.Wait()
}

// read takes down what the log says of the start and of Redis.
func (p *process) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var line struct{ Level, Msg, Listen string }
		json.Unmarshal(lines.Bytes(), &line)
		p.mu.Lock()
		switch {
		case line.Msg == "start":
			p.url = "http://" + line.Listen
		case strings.HasPrefix(line.Msg, "Redis is not available"):
			p.lost++
		case strings.HasPrefix(line.Msg, "Redis is back"):
			p.back++
		}
		if line.Level == "WARN" || line.Level == "ERROR" {
			p.log = append(p.log, lines.Text())
		}
		p.mu.Unlock()
	}
	io.Copy(io.Discard, out)
}

// redis says how often the process lost Redis and had it back.
func (p *process) redis() (lost, back int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost, p.back
}
