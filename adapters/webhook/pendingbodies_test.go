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
	"strings"
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

// Unauthenticated bodies that stop arriving take no more memory than their budget: what is read of them and the room for the rest
// both count.
func TestHalfBodiesTakeNoMoreThanTheirBudget(t *testing.T) {
	for _, c := range []struct {
		maxBody          int64
		declared, arrive int
		bodies, fit      int
	}{
		{0, 1_000_000, 700_000, 40, 33},         // in 32 MiB
		{8 << 20, 8_388_607, 8_000_000, 4, 4},   // fill 32 MiB to the last byte, with a byte more of room for each
		{10 << 20, 10_000_000, 9_000_000, 5, 4}, // in 40 MiB, four times the largest body
	} {
		t.Run(fmt.Sprint(c.declared), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := servePending(t, c.maxBody)
				var wg sync.WaitGroup
				for range c.bodies {
					conn := s.dial()
					wg.Go(func() {
						defer conn.Close()
						go fmt.Fprintf(conn, "POST /in/in HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", c.declared, strings.Repeat("x", c.arrive))
						if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != 400 && answer.StatusCode != 503 {
							t.Errorf("a body that stopped arriving was answered %v, %v", answer, err)
						}
					})
				}
				time.Sleep(time.Second)
				if got := s.busy(); got != c.bodies-c.fit {
					t.Errorf("%d bodies made room, want %d", got, c.bodies-c.fit)
				}
				wg.Wait()
				s.close()
			})
		})
	}
}

// A pendingServer has an inlet whose senders sign, and takes a token at the root.
type pendingServer struct {
	t     *testing.T
	conns chan net.Conn
	tally *webhook.Tally
	close func()
}

const pendingSecret = "s3cr3t"

func servePending(t *testing.T, maxBody int64) *pendingServer {
	at, err := inlet.New(specOf(t, "{verify: github, secretEnv: S}"), []string{pendingSecret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &pendingServer{t: t, conns: make(chan net.Conn), tally: new(webhook.Tally)}
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: newHandler(sendAll, webhook.Options{
		MaxBody: maxBody, Tokens: []string{"token"}, Inlets: []*inlet.Inlet{at}, Tally: s.tally,
	})}
	done := make(chan error, 1)
	go func() { done <- server.Serve(&pipeListener{conns: s.conns}) }()
	s.close = func() {
		server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
	return s
}

func (s *pendingServer) dial() net.Conn {
	here, there := net.Pipe()
	s.conns <- there
	return here
}

// busy counts the requests whose bodies made room for others.
func (s *pendingServer) busy() int {
	return s.tally.Snapshot()[webhook.Request{Way: "http:/in/in", Status: 503, Reason: "Busy"}]
}

func trickle(t *testing.T, pendingBodies int) {
	s := servePending(t, 0)
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range pendingBodies {
		conn := s.dial()
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
	mac := hmac.New(sha256.New, []byte(pendingSecret))
	io.WriteString(mac, body)
	for name, request := range map[string]string{
		"token":     head + "Authorization: Bearer token\r\nContent-Length: 2\r\n\r\n{}",
		"signature": fmt.Sprintf("POST /in/in HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: ping\r\nX-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n%s", hex.EncodeToString(mac.Sum(nil)), len(body), body),
	} {
		start, conn := time.Now(), s.dial()
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
	s.close()
	crowded := s.busy()
	if want := max(0, pendingBodies-1024); crowded < want || crowded > want+1 {
		t.Errorf("%d pendingBodies made room", crowded)
	}
}
