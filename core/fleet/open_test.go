package fleet

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
)

// The error of an invalid URL does not contain the URL.
func TestInvalidURLIsNotShown(t *testing.T) {
	for _, url := range []string{"", "hush-hush", "http://me:hush-hush@redis.example", "redis://me:hush-hush@redis.example:port",
		"redis://me:hush hush@redis.example", "redis://me:hush-hush@redis.example/zero", "redis://redis.example/0/1?password=hush-hush",
		"redis://redis.example?dial_timeout=hush", "redis://me:hush%zz@redis.example"} {
		f, err := Open(url, "x@y", nil)
		if f != nil || !errors.Is(err, ErrURL) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// Open does not connect before the first request.
func TestOpenDoesNotConnect(t *testing.T) {
	for _, url := range []string{"redis://localhost", "rediss://me:secret@redis.example:6380/3", "unix:///run/redis.sock", "valkey://localhost",
		"redis://a:1?addr=b:2&addr=c:3", "redis://s1:26379?addr=s2:26379&master_set=main"} {
		dial := func(_ context.Context, address string) (net.Conn, error) {
			t.Errorf("%s: connects to %s", url, address)
			return nil, errRefused
		}
		f, err := Open(url, "x@y", &Options{Dial: dial})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		f.Close()
	}
}
