package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// devAddresses runs dev until the test ends. It returns the addresses that dev prints: events, emulator, broker and so
// on.
func devAddresses(t *testing.T, flags ...string) map[string]string {
	t.Helper()
	return devAddressesWith(t, nil, flags...)
}

func devAddressesWith(t *testing.T, environ []string, flags ...string) map[string]string {
	t.Helper()
	r, w := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	args := append([]string{"dev", "--no-sample", "--console", "off", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"}, flags...)
	go func() {
		ended <- run(ctx, args, terminal{nil, w, os.Stderr, slices.Concat(unhurried, environ)})
		w.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("dev ended with %d", code)
		}
	})
	said := map[string]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Post an event") {
		if words := strings.Fields(lines.Text()); len(words) > 1 {
			said[words[0]] = words[1]
		}
	}
	go io.Copy(io.Discard, r)
	if said["emulator"] == "" {
		t.Fatalf("dev says %v", said)
	}
	return said
}

// A web page whose host name resolves to this machine must neither read nor control any part of dev.
func TestDevAnswersOnlyToNamesOfThisMachine(t *testing.T) {
	said := devAddresses(t)
	for _, address := range []string{said["events"], said["events"] + "in/x", said["emulator"], said["emulator"] + "_emulator/stats", said["emulator"] + "_emulator/nothing"} {
		for _, host := range []string{"rebound.example", "127.0.0.1.rebound.example:8080", "192.0.2.1", "localhost.", "."} {
			if status := statusFor(t, address, host); status != http.StatusForbidden {
				t.Errorf("%s for host %q is answered %d", address, host, status)
			}
		}
		for _, host := range []string{"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"} {
			if status := statusFor(t, address, host); status == http.StatusForbidden {
				t.Errorf("%s for host %q is answered %d", address, host, status)
			}
		}
	}
}

func statusFor(t *testing.T, address, host string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
