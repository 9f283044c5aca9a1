package check

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"

	"sendbridge/functions"
)

// addressLimit is the number of calls per second above which Alibaba Cloud blocks an address:
// https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/cloud-message-queue-mqtt-upgraded/product-overview/limits
const addressLimit = 300

// settings loads a container's environment as functions/http does at its start, so that an unknown name or value fails the
// test. Values of Secrets are made up.
func settings(t *testing.T, c core.Container, maps map[string]*core.ConfigMap) functions.Config {
	t.Helper()
	environ := []string{"PORT=8080"} // the image's
	for _, from := range c.EnvFrom {
		if from.ConfigMapRef == nil {
			continue
		}
		data := maps[from.ConfigMapRef.Name]
		if data == nil {
			t.Fatalf("envFrom: there is no ConfigMap %q", from.ConfigMapRef.Name)
		}
		for name, value := range data.Data {
			environ = append(environ, name+"="+value)
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil {
			e.Value = "made-up-secret"
		}
		environ = append(environ, e.Name+"="+e.Value)
	}
	config, err := functions.Load(environ)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return config
}

// checkContainer compares ports, probes, limits and the sandbox with what the binary does with its settings.
func checkContainer(t *testing.T, c core.Container, config functions.Config) {
	t.Helper()
	checkPort(t, c, "http", config.Listen)
	checkProbe(t, c.LivenessProbe, "/healthz")
	checkProbe(t, c.ReadinessProbe, "/readyz")
	memory := c.Resources.Limits.Memory().Value()
	if memory < 200<<20 || memory > 512<<20 {
		t.Errorf("memory limit %d: a storm takes up to 200 MB, and more than 512 MB is waste", memory)
	}
	for _, e := range c.Env {
		if e.Name != "GOMEMLIMIT" {
			continue
		}
		mib, err := strconv.ParseInt(strings.TrimSuffix(e.Value, "MiB"), 10, 64)
		if share := float64(mib<<20) / float64(memory); err != nil || share < 0.7 || share > 0.95 {
			t.Errorf("GOMEMLIMIT=%s is %.2f of the memory limit, want 0.7 to 0.95", e.Value, share)
		}
	}
	if s := c.SecurityContext; s == nil || !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || s.Capabilities.Drop[0] != "ALL" {
		t.Errorf("security context %+v", s)
	}
}

// checkPort compares a named container port, and http1 for Knative, with the address that the binary listens on.
func checkPort(t *testing.T, c core.Container, name, listen string) {
	t.Helper()
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" && host != "0.0.0.0" {
		t.Errorf("listens to %q, where no other pod reaches it", listen)
	}
	for _, p := range c.Ports {
		if strings.HasPrefix(p.Name, name) {
			if strconv.Itoa(int(p.ContainerPort)) != port {
				t.Errorf("port %s is %d, but the process listens to %s", p.Name, p.ContainerPort, listen)
			}
			return
		}
	}
	t.Errorf("no container port %s", name)
}

func checkProbe(t *testing.T, p *core.Probe, path string) {
	t.Helper()
	if p == nil || p.HTTPGet == nil || p.HTTPGet.Path != path {
		t.Errorf("probe %+v, want GET %s", p, path)
	}
}

// checkGrace checks that a pod has the time to drain, to finish requests in flight, and a second more.
func checkGrace(t *testing.T, seconds *int64, config functions.Config) {
	t.Helper()
	drain := 5 * time.Second // the default of a server
	if config.Drain != 0 {
		drain = config.Drain
	}
	if seconds == nil || time.Duration(*seconds)*time.Second < drain+config.RequestTimeout+time.Second {
		t.Errorf("grace period %v, but draining takes %v and requests %v", seconds, drain, config.RequestTimeout)
	}
}
