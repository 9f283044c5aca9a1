package sendbridge_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// No test and no benchmark asks a metadata service. Where the chain of credentials is linked, TestMain runs the tests by
// loopbacktest.Guard, which fails them if anything asks another machine.
func TestTestsOfCredentialsAreGuarded(t *testing.T) {
	guarded := map[string]bool{}
	eachTest(t, func(path, line string) {
		if strings.Contains(line, "loopbacktest.Guard(m)") {
			guarded["sendbridge/"+filepath.ToSlash(filepath.Dir(path))] = true
		}
	})
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, p := range all {
		name, isTest := strings.CutSuffix(p.ImportPath, ".test")
		if !isTest || !slices.ContainsFunc(p.Deps, func(dep string) bool { return strings.HasPrefix(dep+" ", "sendbridge/core/credential ") }) {
			continue
		}
		count++
		if !guarded[name] {
			t.Errorf("the tests of %s link core/credential: run them by loopbacktest.Guard in TestMain", name)
		}
	}
	if count < 6 {
		t.Errorf("go list found %d packages with core/credential", count)
	}
	if !guarded["sendbridge/core/onstest/interop"] {
		t.Error("the tests of interop are not guarded")
	}
}

// A process that a test starts asks no metadata service either, of this module and of those beside it.
func TestStartedProcessesAskNoMetadataService(t *testing.T) {
	count := 0
	eachTest(t, func(path, line string) {
		if !strings.Contains(line, ".Env = ") && !strings.Contains(line, ".Env =\t") {
			return
		}
		count++
		if !strings.Contains(line, "loopbacktest.Environ(") && !strings.Contains(line, "os.Environ()") && !strings.Contains(line, "ALIBABA_CLOUD_ECS_METADATA_DISABLED=true") {
			t.Errorf("%s: %s\nwant loopbacktest.Environ(…)", path, strings.TrimSpace(line))
		}
	})
	if count < 12 {
		t.Errorf("%d processes with an environment were found", count)
	}
}

// eachTest calls do for each line of the tests of all modules.
func eachTest(t *testing.T, do func(path, line string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != "." {
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		if entry.IsDir() || !strings.HasSuffix(path, "_test.go") || path == "metadata_test.go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			do(path, line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
