package check

import (
	"debug/elf"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

func TestImage(t *testing.T) {
	unpacked := buildImages(t)
	for arch, machine := range map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64} {
		t.Run(arch, func(t *testing.T) {
			i := unpacked(arch)
			if i.Architecture != arch || i.OS != "linux" || i.Config.User != "65532:65532" || !slices.Equal(i.Config.Entrypoint, []string{"/http"}) {
				t.Errorf("image %+v", i)
			}
			if v := i.Config.Labels["org.opencontainers.image.version"]; v != "1.2.3" {
				t.Errorf("version label %q", v)
			}
			binary, err := elf.Open(filepath.Join(i.root, "http"))
			if err != nil {
				t.Fatal(err)
			}
			defer binary.Close()
			if libraries, err := binary.ImportedLibraries(); binary.Machine != machine || len(libraries) > 0 || err != nil {
				t.Errorf("machine %v, libraries %v, %v", binary.Machine, libraries, err)
			}
			for _, licence := range []string{"LICENSE", "NOTICE", "THIRD_PARTY_LICENSES"} {
				if _, err := os.Stat(filepath.Join(i.root, "licenses", licence)); err != nil {
					t.Error(err)
				}
			}
			checkExposed(t, i)
		})
	}
}

// checkExposed compares the exposed port with the address that the binary listens on in the image's environment.
func checkExposed(t *testing.T, i image) {
	t.Helper()
	config, err := functions.Load(append(i.Config.Env, "SENDBRIDGE_INSTANCE_ID=post-cn-1", "SENDBRIDGE_REGION=cn-hangzhou", "SENDBRIDGE_TOPIC=t", "SENDBRIDGE_AUTH=none"))
	if err != nil {
		t.Fatal(err)
	}
	if ports := slices.Collect(maps.Keys(i.Config.ExposedPorts)); len(ports) != 1 || ":"+strings.TrimSuffix(ports[0], "/tcp") != config.Listen {
		t.Errorf("exposes %v, listens to %s", ports, config.Listen)
	}
}

// The image's binary runs with only the image's files and environment, and its settings.
func TestImageRuns(t *testing.T) {
	i := buildImages(t)("amd64")
	topics := make(chan string, 1)
	api := httptest.NewServer(onstest.New(&onstest.Options{Publish: func(m onstest.Message) error { topics <- m.Topic; return nil }}))
	defer api.Close()
	p := start(t, inImage(i), append(i.Config.Env, environ(api.URL)...))

	answer, err := http.Get(p.url + "healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("/healthz: %s", answer.Status)
	}
	if status := post(t, p.url); status != http.StatusNoContent {
		t.Errorf("an event: %d", status)
	}
	if topic := <-topics; topic != "events/com.example.check" {
		t.Errorf("published to %q", topic)
	}
}

// inImage returns the entry point as a container runs it: with the image as its root directory, and as the image's user.
// Only root can do this; other users run the binary directly.
func inImage(i image) *exec.Cmd {
	if os.Getuid() != 0 {
		return exec.Command(filepath.Join(i.root, "http"))
	}
	cmd := exec.Command("/http")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	return cmd
}
