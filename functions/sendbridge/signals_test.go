package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"sendbridge/internal/loopback/loopbacktest"
)

// A session is a process on a pseudo-terminal, and its output.
type session struct {
	*screen
	cmd *exec.Cmd
	pty *os.File
}

func startSession(t *testing.T, path string, environ []string, args ...string) *session {
	t.Helper()
	s := &session{screen: newScreen(), cmd: exec.Command(path, args...)}
	s.cmd.Env = loopbacktest.Environ(environ...)
	// A process that nohup started ignores SIGHUP, and s would inherit that. A signal that this process handles has its
	// default action in s.
	handled := make(chan os.Signal, 1)
	signal.Notify(handled, syscall.SIGHUP)
	defer signal.Stop(handled)
	var err error
	if s.pty, err = pty.Start(s.cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		s.pty.Close()
		if s.cmd.ProcessState == nil { // ends has not waited
			s.cmd.Wait()
		}
	})
	go io.Copy(s.screen, s.pty)
	return s
}

// ends waits for the process. The process must end by a signal, or with its own exit code if by is 0.
func (s *session) ends(t *testing.T, by syscall.Signal) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		s.cmd.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatalf("%v did not end it; the screen shows %q", by, s.String())
	}
	status := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if by != 0 && (!status.Signaled() || status.Signal() != by) {
		t.Errorf("it ended with %v, want %v; the screen shows %q", s.cmd.ProcessState, by, s.String())
	}
}

const interruptKey = "\x03"

// A command that waits for input says so. Ctrl-C, SIGTERM and the end of the terminal stop it.
func TestSignalsEndCommandsThatWaitForInput(t *testing.T) {
	dir := write(t, map[string]string{"rules.yaml": doorRules})
	environ := []string{"SENDBRIDGE_INSTANCE_ID=i", "SENDBRIDGE_REGION=cn-hangzhou", "SENDBRIDGE_TOPIC=a/b"}
	signals := map[syscall.Signal]func(s *session){
		syscall.SIGINT:  func(s *session) { io.WriteString(s.pty, interruptKey) },
		syscall.SIGTERM: func(s *session) { s.cmd.Process.Signal(syscall.SIGTERM) },
		syscall.SIGHUP:  func(s *session) { s.cmd.Process.Signal(syscall.SIGHUP) },
	}
	for _, args := range [][]string{{"send"}, {"validate", "-"}, {"test", "-"}, {"render", "--rules", filepath.Join(dir, "rules.yaml"), "-"}} {
		for by, tell := range signals {
			t.Run(args[0]+" "+by.String(), func(t *testing.T) {
				t.Parallel()
				s := startSession(t, cliPath(t), environ, args...)
				s.shows(t, "reading standard input")
				tell(s)
				s.ends(t, by)
			})
		}
	}
}

// stuck starts an API that answers nothing until the test ends. The channel receives when it is called.
func stuck(t *testing.T) (url string, called <-chan struct{}) {
	t.Helper()
	calls, over := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		calls <- struct{}{}
		<-over
	}))
	t.Cleanup(func() {
		close(over)
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL, calls
}

// send prints the outcome of its events when it is interrupted in a long call.
func TestCtrlCEndsACallInFlight(t *testing.T) {
	url, called := stuck(t)
	dir := write(t, map[string]string{"event.json": door("1", "north")})
	s := startSession(t, cliPath(t), []string{
		"SENDBRIDGE_INSTANCE_ID=i", "SENDBRIDGE_ENDPOINT=" + url, "SENDBRIDGE_TOPIC=a/b", "SENDBRIDGE_TIMEOUT=1h", "SENDBRIDGE_REQUEST_TIMEOUT=1h",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=k", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=s",
	}, "send", filepath.Join(dir, "event.json"))
	<-called
	io.WriteString(s.pty, interruptKey)
	s.shows(t, "1 of 1 events not sent")
	s.ends(t, 0)
	if code := s.cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d", code)
	}
}

// The second signal ends a server that drains for an hour. SIGHUP does not.
func TestASecondSignalEndsADrain(t *testing.T) {
	b := newBench(t)
	s := startSession(t, binary(t, httpHandler), append(b.environ(), "SENDBRIDGE_TOPIC=a/b", "SENDBRIDGE_DRAIN=1h"))
	s.shows(t, "start")
	s.cmd.Process.Signal(syscall.SIGHUP)
	s.shows(t, "rules not reloaded")
	io.WriteString(s.pty, interruptKey)
	s.shows(t, "draining")
	io.WriteString(s.pty, interruptKey)
	s.ends(t, syscall.SIGINT)
}

// A signal that the caller made the process ignore stays ignored, because nohup and background jobs rely on it.
func TestIgnoredSignalsStayIgnored(t *testing.T) {
	s := startSession(t, "/bin/sh", nil, "-c", "trap '' HUP; exec "+cliPath(t)+" dev --no-sample --console off --http 127.0.0.1:0 --api 127.0.0.1:0 --mqtt 127.0.0.1:0")
	s.shows(t, "Post an event")
	s.cmd.Process.Signal(syscall.SIGHUP)
	_, events, _ := strings.Cut(s.String(), "events ")
	answer, err := http.Get(strings.Fields(events)[0] + "healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	io.WriteString(s.pty, interruptKey)
	s.ends(t, 0)
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
