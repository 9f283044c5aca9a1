// Package loopbacktest keeps a package's tests and benchmarks on this machine: no metadata service is asked, which on a
// cloud's machine would answer with another's credentials.
package loopbacktest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"

	"sendbridge/internal/loopback"
)

// NoMetadata is the variable by which credentials-go asks no metadata service.
const NoMetadata = "ALIBABA_CLOUD_ECS_METADATA_DISABLED=true"

// Environ is the environment of a process that a test starts.
func Environ(more ...string) []string { return append([]string{NoMetadata}, more...) }

// Tests are a package's, as testing.M has them.
type Tests interface{ Run() int }

// Guard returns tests that fail if anything was asked of another machine by http.DefaultTransport or a clone of it, such as
// those of credentials-go. It also sets NoMetadata for what they read of the environment. TestMain runs them:
//
//	func TestMain(m *testing.M) { os.Exit(loopbacktest.Guard(m).Run()) }
func Guard(m Tests) Tests { return guarded{m, new(guard)} }

type guarded struct {
	tests Tests
	guard *guard
}

func (g guarded) Run() int {
	if err := os.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"); err != nil {
		panic(err)
	}
	before := http.DefaultTransport
	http.DefaultTransport = g.guard.transport(before.(*http.Transport))
	code := g.tests.Run()
	http.DefaultTransport = before
	if asked := g.guard.list(); len(asked) > 0 {
		fmt.Fprintf(os.Stderr, "FAIL: the tests asked other machines: %q\n", asked)
		return 1
	}
	return code
}

// A guard refuses what would leave this machine, and remembers where to.
type guard struct {
	mu    sync.Mutex
	asked []string
}

// transport guards by its proxy: clones may have a dialer of their own.
func (g *guard) transport(like *http.Transport) *http.Transport {
	t := like.Clone()
	t.Proxy = func(r *http.Request) (*url.URL, error) {
		host := r.URL.Hostname()
		if loopback.Is(host) {
			return nil, nil
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if !slices.Contains(g.asked, r.URL.Host) {
			g.asked = append(g.asked, r.URL.Host)
		}
		return nil, fmt.Errorf("%s is not on this machine", host)
	}
	return t
}

func (g *guard) list() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.asked)
}
