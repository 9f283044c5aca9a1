package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// workDir holds the binaries of this run. TestMain makes and removes it.
var workDir string

// commandName is the name by which the test's own binary acts as functions/sendbridge, whose main it contains.
const commandName = "sendbridge"

// commandBinary links the test's own binary under commandName.
var commandBinary = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(workDir, commandName)
	return path, os.Symlink(self, path)
})

func cliPath(t testing.TB) string {
	t.Helper()
	path, err := commandBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The handlers are the mains of the runtimes.
const (
	httpHandler   = "http"
	lambdaHandler = "lambda"
	fcHandler     = "fc"
)

// binary returns the path of a handler, built for this machine. fc is built with -race if the test is.
func binary(t testing.TB, handler string) string {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(workDir, handler)
}

var built = sync.OnceValue(func() error {
	if raceEnabled {
		if err := build([]string{"-race"}, fcHandler); err != nil {
			return err
		}
		return build(nil, httpHandler, lambdaHandler)
	}
	return build(nil, httpHandler, lambdaHandler, fcHandler)
})

// build copies handlers into workDir. It builds them in a directory that stays, because go build links nothing that it finds
// up to date there. A lock keeps other tests, which may have other sources, from writing a file while it is copied.
func build(flags []string, handlers ...string) error {
	dir, err := filepath.Abs(filepath.Join("../../bin/test", filepath.Join(flags...)))
	if err != nil {
		return err
	}
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
	args := append([]string{"build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + "/"}, flags...)
	for _, handler := range handlers {
		args = append(args, "sendbridge/functions/"+handler)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, handler := range handlers {
		if err := copyBinary(filepath.Join(workDir, handler), filepath.Join(dir, handler)); err != nil {
			return err
		}
	}
	return nil
}

func copyBinary(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
