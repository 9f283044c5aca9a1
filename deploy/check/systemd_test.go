package check

import (
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

const unitFile = "../systemd/sendbridge.service"

// unit returns the values of each name in the service file.
func unit(t *testing.T) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for line := range strings.Lines(string(readFile(t, unitFile))) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			values[name] = append(values[name], value)
		}
	}
	return values
}

func buildHTTP(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "http")
	run(t, "go", "build", "-C", "../..", "-buildvcs=false", "-o", binary, "./functions/http")
	return binary
}

func TestUnitIsSoundToSystemd(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("NOT RUN: systemd-analyze is not installed")
	}
	// systemd-analyze verify requires that the binary exists.
	text := strings.Replace(string(readFile(t, unitFile)), unit(t)["ExecStart"][0], "/bin/true", 1)
	copied := filepath.Join(t.TempDir(), "sendbridge.service")
	if err := os.WriteFile(copied, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("systemd-analyze", "verify", copied).CombinedOutput()
	if err != nil || strings.Contains(string(out), "sendbridge.service") {
		t.Errorf("verify: %v\n%s", err, out)
	}
	// The exposure, 0 to 10, times ten.
	if out, err := exec.Command("systemd-analyze", "security", "--offline=yes", "--threshold=15", copied).CombinedOutput(); err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

func TestUnitFitsTheBinary(t *testing.T) {
	values := unit(t)
	environ := []string{"SENDBRIDGE_INSTANCE_ID=post-cn-1", "SENDBRIDGE_REGION=cn-hangzhou"}
	config, err := functions.Load(append(environ, values["Environment"]...))
	if err != nil {
		t.Fatal(err)
	}
	if config.RulesFile != "/etc/sendbridge/sendbridge.yaml" {
		t.Errorf("rules of %q", config.RulesFile)
	}
	stop, err := time.ParseDuration(values["TimeoutStopSec"][0] + "s")
	if err != nil {
		t.Fatal(err)
	}
	seconds := int64(stop.Seconds())
	checkGrace(t, &seconds, config)
}

// A service with Type=notify has started when the binary notifies systemd, and the binary announces its end, too.
func TestUnitStarts(t *testing.T) {
	if kind := unit(t)["Type"][0]; kind != "notify" {
		t.Fatalf("Type=%s", kind)
	}
	api := httptest.NewServer(onstest.New(nil))
	defer api.Close()
	address := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cmd := exec.Command(buildHTTP(t))
	start(t, cmd, append(environ(api.URL), "NOTIFY_SOCKET="+address))
	said := func() string {
		state := make([]byte, 100)
		n, err := l.Read(state)
		if err != nil {
			t.Fatal(err)
		}
		return string(state[:n])
	}
	if s := said(); s != "READY=1" {
		t.Errorf("at the start: %q", s)
	}
	cmd.Process.Signal(syscall.SIGTERM) // as systemd does
	if s := said(); s != "STOPPING=1" {
		t.Errorf("at the end: %q", s)
	}
}
