package webhook_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
)

// However many unauthenticated senders send slowly, others are served at once: a sender with a token has its own places,
// and a sender that signs sends its body at once.
func TestSlowBodiesBlockNobody(t *testing.T) {
	for _, pendingBodies := range []int{1000, 1300} { // within the budget, and beyond
		t.Run(fmt.Sprint(pendingBodies), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { trickle(t, pendingBodies) })
		})
	}
}

func trickle(t *testing.T, pendingBodies int) {
	const secret = "s3cr3t"
	at, err := inlet.New(specOf(t, "{verify: github, secretEnv: S}"), []string{secret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tally := new(webhook.Tally)
	l := &pipeListener{conns: make(chan net.Conn)}
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: newHandler(sendAll, webhook.Options{
		Tokens: []string{"token"}, Inlets: []*inlet.Inlet{at}, Tally: tally,
	})}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	dial := func() net.Conn {
		here, there := net.Pipe()
		l.conns <- there
		return here
	}
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range pendingBodies {
		conn := dial()
		wg.Go(func() {
			defer conn.Close()
			wg.Go(func() {
				for _, err := io.WriteString(conn, "POST /in/in HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"); err == nil && !stop.Load(); _, err = io.WriteString(conn, "x") {
					time.Sleep(time.Second)
				}
			})
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || answer.StatusCode != 400 && answer.StatusCode != 503 {
				t.Errorf("a pendingBody was answered %v, %v", answer, err)
			}
		})
	}
	time.Sleep(2 * time.Second)
	body := `{"zen":"speak"}`
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, body)
	for name, request := range map[string]string{
		"token":     head + "Authorization: Bearer token\r\nContent-Length: 2\r\n\r\n{}",
		"signature": fmt.Sprintf("POST /in/in HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: ping\r\nX-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n%s", hex.EncodeToString(mac.Sum(nil)), len(body), body),
	} {
		start, conn := time.Now(), dial()
		io.WriteString(conn, request)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != 204 || time.Since(start) > time.Second {
			t.Errorf("%s: %v, %v after %s", name, answer, err, time.Since(start))
		}
		conn.Close()
	}
	time.Sleep(10 * time.Second)
	stop.Store(true)
	wg.Wait()
	server.Close()
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	crowded := tally.Snapshot()[webhook.Request{Way: "http:/in/in", Status: 503, Reason: "Busy"}]
	if want := max(0, pendingBodies-1024); crowded < want || crowded > want+1 {
		t.Errorf("%d pendingBodies made room", crowded)
	}
}
