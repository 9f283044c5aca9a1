package interop

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A redis is a redis-server of its own on a loopback port, with files only in its own directory.
type redis struct {
	tb   testing.TB
	port string
	args []string
	cmd  *exec.Cmd
}

// needRedis skips a test where there is no redis-server, but not in CI.
func needRedis(tb testing.TB) {
	tb.Helper()
	for _, name := range []string{"redis-server", "redis-cli"} {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			tb.Fatal(name + ": not installed, and CI must run the fleet with a real server")
		}
		tb.Skip("NOT RUN: " + name + " is not installed")
	}
}

func startRedis(tb testing.TB, args ...string) *redis {
	tb.Helper()
	needRedis(tb)
	r := &redis{tb: tb, port: freePort(tb), args: args}
	r.start()
	tb.Cleanup(r.kill)
	return r
}

func (r *redis) start() {
	r.tb.Helper()
	r.cmd = exec.Command("redis-server", append([]string{"--port", r.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--dir", r.tb.TempDir(), "--daemonize", "no"}, r.args...)...)
	if err := r.cmd.Start(); err != nil {
		r.tb.Fatal(err)
	}
	until(r.tb, "the server answers", func() bool { return strings.TrimSpace(r.try("PING")) == "PONG" })
}

func (r *redis) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
}

// pause and resume stop the process and let it go on, as a machine does that is out of breath.
func (r *redis) pause()  { r.cmd.Process.Signal(syscall.SIGSTOP) }
func (r *redis) resume() { r.cmd.Process.Signal(syscall.SIGCONT) }

func (r *redis) url() string { return "redis://127.0.0.1:" + r.port }

func (r *redis) try(args ...string) string {
	out, _ := exec.Command("redis-cli", append([]string{"-h", "127.0.0.1", "-p", r.port}, args...)...).CombinedOutput()
	return string(out)
}

// do runs a command that must succeed.
func (r *redis) do(args ...string) {
	r.tb.Helper()
	if out := strings.TrimSpace(r.try(args...)); out != "OK" {
		r.tb.Fatalf("redis-cli %q: %s", args, out)
	}
}

// startCluster starts three nodes that share the slots, and returns the URL of all.
func startCluster(tb testing.TB) (url string) {
	tb.Helper()
	var nodes [3]*redis
	create := []string{"--cluster", "create"}
	for i := range nodes {
		dir := tb.TempDir()
		nodes[i] = startRedis(tb, "--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(dir, "nodes.conf"), "--cluster-port", freePort(tb))
		create = append(create, "127.0.0.1:"+nodes[i].port)
	}
	if out, err := exec.Command("redis-cli", append(create, "--cluster-replicas", "0", "--cluster-yes")...).CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	for _, n := range nodes {
		until(tb, "the cluster is ready", func() bool { return strings.Contains(n.try("CLUSTER", "INFO"), "cluster_state:ok") })
	}
	return fmt.Sprintf("redis://127.0.0.1:%s?addr=127.0.0.1:%s&addr=127.0.0.1:%s", nodes[0].port, nodes[1].port, nodes[2].port)
}

// freePort returns a free port below those that the kernel gives to connections and to listeners on port 0: none of
// them can have it before a server listens there.
func freePort(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		port := fmt.Sprint(10_000 + rand.IntN(22_000))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	tb.Fatal("none of a hundred ports is free")
	return ""
}

// until asks again and again, up to a minute.
func until(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatalf("a minute went by, and not: %s", what)
		}
	}
}
