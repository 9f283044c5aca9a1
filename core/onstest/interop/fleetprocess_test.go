package interop

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// A fleetAPI is an emulated API without a quota, which counts what devices get.
type fleetAPI struct {
	*onstest.Handler
	url     string
	publish chan onstest.Message // if it is set, a message is published when it is taken from here, and answered
	answer  chan bool            // when this says so

	mu  sync.Mutex
	got map[string]int // by payload
}

func startFleetAPI(t *testing.T) *fleetAPI {
	a := &fleetAPI{got: make(map[string]int)}
	a.Handler = onstest.New(&onstest.Options{Quota: &onstest.Quota{}, Publish: a.take})
	server := httptest.NewServer(a.Handler)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

func (a *fleetAPI) take(m onstest.Message) error {
	a.mu.Lock()
	a.got[m.Payload]++
	publish, answer := a.publish, a.answer
	a.mu.Unlock()
	if publish != nil {
		publish <- m
		<-answer
	}
	return nil
}

// hold makes each message wait after it was published: it comes by the channel, and is answered when done is called.
func (a *fleetAPI) hold(t *testing.T) (published chan onstest.Message, done func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.publish, a.answer = make(chan onstest.Message, 100), make(chan bool)
	done = sync.OnceFunc(func() { close(a.answer) })
	t.Cleanup(done)
	return a.publish, done
}

// devices is how often each payload got to devices.
func (a *fleetAPI) devices() (total int, twice []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for payload, n := range a.got {
		total += n
		if n > 1 {
			twice = append(twice, fmt.Sprint(payload, " ", n, " times"))
		}
	}
	return total, twice
}

// A fleetProcess is a real HTTP handler.
type fleetProcess struct {
	cmd *exec.Cmd
	url string

	mu       sync.Mutex
	outcomes map[string]int // of events, as it logs them
	lost     int            // how often it lost Redis
	ended    chan struct{}
}

// startFleetProcess runs a process that sends the data of each event, until the test ends.
func startFleetProcess(t *testing.T, a *fleetAPI, url string, environ ...string) *fleetProcess {
	t.Helper()
	binary, err := httpBinary()
	if err != nil {
		t.Fatal(err)
	}
	p := &fleetProcess{cmd: exec.Command(binary), outcomes: make(map[string]int), ended: make(chan struct{})}
	p.cmd.Env = loopbacktest.Environ(append([]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + a.url,
		"SENDBRIDGE_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_ADMIN_LISTEN=off",
		"SENDBRIDGE_DRAIN=0",
		"SENDBRIDGE_TIMEOUT=20s", // on a busy machine the API seems slow
		"SENDBRIDGE_REQUEST_TIMEOUT=20s",
		"SENDBRIDGE_LOG_FORMAT=json",
		"SENDBRIDGE_REDIS=" + url,
		"SENDBRIDGE_FLEET_RATE=100000",
		"SENDBRIDGE_RULES=rules: [{name: r, topic: site/one, payload: {jsonpath: $.data}}]",
	}, environ...)...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	lines := bufio.NewScanner(stderr)
	var start struct{ Msg, Listen string }
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &start) != nil || start.Msg != "start" {
		t.Fatalf("the process does not start: %s", lines.Text())
	}
	p.url = "http://" + start.Listen + "/"
	go func() {
		defer close(p.ended)
		for lines.Scan() {
			p.note(lines.Bytes())
		}
	}()
	return p
}

func (p *fleetProcess) note(line []byte) {
	var l struct{ Msg, Outcome string }
	if json.Unmarshal(line, &l) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case l.Msg == "event":
		p.outcomes[l.Outcome]++
	case strings.HasPrefix(l.Msg, "Redis is not available"):
		p.lost++
	}
}

// kill ends it as kill -9 does, and waits for what it has written.
func (p *fleetProcess) kill() {
	p.cmd.Process.Kill()
	<-p.ended
	p.cmd.Wait()
}

// stop ends the process when it has nothing in flight, and returns what it logged.
func (p *fleetProcess) stop() (outcomes map[string]int, lost int) {
	p.cmd.Process.Signal(syscall.SIGTERM) // in the background of a shell SIGINT is ignored
	<-p.ended
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.outcomes, p.lost
}

// post delivers an event, and returns the status; 0 is no answer.
func (p *fleetProcess) post(ctx context.Context, id int) int {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(fmt.Sprint(id)))
	if err != nil {
		return 0
	}
	for name, value := range map[string]string{"Ce-Specversion": "1.0", "Ce-Id": fmt.Sprint(id), "Ce-Source": "/s", "Ce-Type": "t", "Content-Type": "application/json"} {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}
