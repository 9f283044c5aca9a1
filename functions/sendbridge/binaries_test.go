package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

var (
	workDir    string // holds the binaries of this run; TestMain makes and removes it
	packageDir string // the directory of this package: tests may change the working directory
)

// commandName is the name by which the test's own binary acts as functions/sendbridge, whose main it contains.
const commandName = "sendbridge"

// linkToSelf links the test's own binary under commandName.
var linkToSelf = sync.OnceValue(func() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return os.Symlink(self, filepath.Join(workDir, commandName))
})

// cliPath returns the path of functions/sendbridge. With the race detector, the test's own binary starts slowly, so the command
// is built as the handlers are.
func cliPath(t testing.TB) string {
	t.Helper()
	if raceEnabled {
		return binary(t, commandName)
	}
	if err := linkToSelf(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(workDir, commandName)
}

// The handlers are the mains of the runtimes.
const (
	httpHandler   = "http"
	lambdaHandler = "lambda"
	fcHandler     = "fc"
)

// binary returns the path of a main, built for this machine. fc is built with -race if the test is.
func binary(t testing.TB, name string) string {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(workDir, name)
}

var built = sync.OnceValue(func() error {
	if raceEnabled {
		if err := build([]string{"-race"}, fcHandler); err != nil {
			return err
		}
		return build(nil, httpHandler, lambdaHandler, commandName)
	}
	return build(nil, httpHandler, lambdaHandler, fcHandler)
})

// build copies mains into workDir. It builds them in a directory that stays, because go build links nothing that it finds
// up to date there. A lock keeps other tests, which may have other sources, from writing a file while it is copied.
func build(flags []string, mains ...string) error {
	dir := filepath.Join(packageDir, "../../bin/test", filepath.Join(flags...))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lock, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer lock.Close() // ends the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	args := append([]string{"build", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + "/"}, flags...)
	var paths []string
	for _, name := range mains {
		args = append(args, "sendbridge/functions/"+name)
		paths = append(paths, filepath.Join(dir, name))
	}
	goBuild := exec.Command("go", args...)
	goBuild.Dir = packageDir
	if out, err := goBuild.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	// A file that this process had open for writing could not be started while another test starts a process.
	if out, err := exec.Command("cp", append(paths, workDir)...).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w\n%s", err, out)
	}
	return nil
}
