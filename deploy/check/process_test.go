package check

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/internal/loopback/loopbacktest"
)

// environ returns a handler's settings for an emulator.
func environ(api string) []string {
	return []string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=" + api,
		"SENDBRIDGE_TOPIC=events/${$.type}",
		"SENDBRIDGE_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_ADMIN_LISTEN=127.0.0.1:0",
		"SENDBRIDGE_DRAIN=0",
		"SENDBRIDGE_TIMEOUT=1m", // on a busy machine the API seems slow
		"SENDBRIDGE_REQUEST_TIMEOUT=2m",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID,
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
	}
}

// A process is a started handler.
type process struct {
	url   string
	admin string // the address of SENDBRIDGE_ADMIN_LISTEN
}

// start runs a handler until the test ends. It reads the addresses from the log's start line.
func start(t *testing.T, cmd *exec.Cmd, environ []string) process {
	t.Helper()
	cmd.Env = loopbacktest.Environ(environ...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	log := bufio.NewScanner(stderr)
	for log.Scan() {
		var line struct{ Msg, Listen, Admin string }
		if json.Unmarshal(log.Bytes(), &line) != nil || line.Msg != "start" {
			t.Log(log.Text())
			continue
		}
		go io.Copy(io.Discard, stderr)
		return process{url: fmt.Sprint("http://", line.Listen, "/"), admin: line.Admin}
	}
	t.Fatal("the handler ended before it listened")
	return process{}
}

// post sends one event and returns the status.
func post(t *testing.T, url string) int {
	t.Helper()
	event := `{"specversion":"1.0","id":"1","source":"/check","type":"com.example.check","data":{}}`
	answer, err := http.Post(url, "application/cloudevents+json", strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}
