package functions_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
)

// TestIdleAndSlowSendersLeaveRoom: idle connections and bodies that do not arrive use bounded memory, and other senders are
// served.
func TestIdleAndSlowSendersLeaveRoom(t *testing.T) {
	const idle, slow = 400, 50 // a test has few file descriptors, at least 1024, and each connection takes two
	var specs []inlet.Spec
	_, err := rules.Parse("test.yaml", []byte("rules: [{topic: abc, payload: original}]\ninlets: {in: {verify: bearer, secretEnv: S, type: t}}"), inlet.Section(&specs))
	if err != nil {
		t.Fatal(err)
	}
	in, err := inlet.New(specs[0], []string{"token"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	url, _ := serve(t, webhook.New(nil, &webhook.Options{Inlets: []*inlet.Inlet{in}, Log: slog.New(slog.DiscardHandler)}))
	address := strings.TrimPrefix(url, "http://")
	before := heap()
	for i := range idle + slow {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		t.Cleanup(func() { conn.Close() })
		if i >= idle { // announce a megabyte, but send one byte
			fmt.Fprintf(conn, "POST /in/in HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token\r\nContent-Length: 1000000\r\n\r\nx")
		}
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /in/in HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Fatalf("%v, %v", answer, err)
	}
	io.Copy(io.Discard, answer.Body)
	grown := heap() - before
	t.Logf("%d bytes a connection", grown/(idle+slow))
	if grown > (idle+slow)*32<<10 {
		t.Errorf("%d KiB for %d connections", grown>>10, idle+slow)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
