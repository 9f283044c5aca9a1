package loopbacktest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aliyun/credentials-go/credentials/providers"
)

type tests func() int

func (t tests) Run() int { return t() }

// What asks a metadata address fails the tests of its package, whatever they say of themselves.
func TestAQuestionToAnotherMachineFailsTheTests(t *testing.T) {
	before := http.DefaultTransport
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for name, c := range map[string]struct {
		ask  func()
		want int
	}{
		"nothing": {func() {}, 0},
		"an address of loopback": {func() {
			if r, err := http.Get(server.URL); err == nil {
				r.Body.Close()
			} else {
				t.Error(err)
			}
		}, 0},
		"the metadata service": {func() {
			if r, err := http.Get("http://100.100.100.200/latest/meta-data/ram/security-credentials/"); err == nil {
				r.Body.Close()
				t.Error("was answered")
			}
		}, 1},
		"a clone with its own dialer": {func() {
			clone := http.DefaultTransport.(*http.Transport).Clone()
			clone.DialContext = new(net.Dialer).DialContext
			if r, err := (&http.Client{Transport: clone}).Get("http://192.0.2.1/"); err == nil {
				r.Body.Close()
				t.Error("was answered")
			}
		}, 1},
		"credentials-go, which may": {func() {
			os.Unsetenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
			p, err := providers.NewECSRAMRoleCredentialsProviderBuilder().Build()
			if err == nil {
				_, err = p.GetCredentials()
			}
			if err == nil {
				t.Error("it has credentials")
			}
		}, 1},
		"credentials-go, which may not": {func() {
			if _, err := providers.NewECSRAMRoleCredentialsProviderBuilder().Build(); err == nil {
				t.Error("it would ask")
			}
		}, 0},
	} {
		t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
		if got := Guard(tests(func() int { c.ask(); return 0 })).Run(); got != c.want {
			t.Errorf("%s: exit code %d, want %d", name, got, c.want)
		}
		if http.DefaultTransport != before {
			t.Fatal("the transport was not put back")
		}
	}
	if got := Guard(tests(func() int { return 3 })).Run(); got != 3 {
		t.Errorf("a failed test is exit code %d", got)
	}
}
