package functions_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/functions"
)

// A client whose connection was accepted is answered, although its request arrives when accepting has ended: with a drain, and
// without one.
func TestWhoWasAcceptedIsAnswered(t *testing.T) {
	for _, drain := range []time.Duration{0, 5 * time.Second} {
		t.Run(drain.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { arriveAtTheEnd(t, drain) })
		})
	}
}

func arriveAtTheEnd(t *testing.T, drain time.Duration) {
	l := newPipes()
	ctx, cancel := context.WithCancel(t.Context())
	s := functions.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }),
		time.Minute, slog.New(slog.DiscardHandler), &functions.ServerOptions{Drain: drain})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	time.AfterFunc(time.Second, cancel)
	time.Sleep(time.Second + drain - time.Millisecond)
	var all sync.WaitGroup
	for i := range 64 {
		conn := must(l.dial(ctx, "", ""))
		all.Go(func() {
			defer conn.Close()
			time.Sleep(time.Duration(i+2) * time.Millisecond) // after the drain
			if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: pipe\r\nContent-Length: 0\r\n\r\n"); err != nil {
				t.Errorf("client %d could not send: %v", i, err)
				return
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || answer.StatusCode != 204 || !answer.Close {
				t.Errorf("client %d: %v, %v", i, answer, err)
			}
		})
	}
	all.Wait()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := l.dial(ctx, "", ""); err == nil {
		t.Error("accepted after the end")
	}
}

// A connection on which nothing arrives keeps a server that ends for half a second, and an idle one does not.
func TestSilentConnectionsDoNotKeepAServer(t *testing.T) {
	for name, c := range map[string]struct {
		first string
		takes time.Duration
	}{"silent": {"", 500 * time.Millisecond}, "idle": {"GET /healthz HTTP/1.1\r\nHost: pipe\r\n\r\n", 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipes()
				ctx, cancel := context.WithCancel(t.Context())
				s := functions.NewServer(http.NotFoundHandler(), time.Minute, slog.New(slog.DiscardHandler), nil)
				ended := make(chan error, 1)
				go func() { ended <- s.Serve(ctx, l) }()
				conn := must(l.dial(ctx, "", ""))
				defer conn.Close()
				if c.first != "" {
					io.WriteString(conn, c.first)
					answer := must(http.ReadResponse(bufio.NewReader(conn), nil))
					io.Copy(io.Discard, answer.Body)
				}
				synctest.Wait()
				start := time.Now()
				cancel()
				if err := <-ended; err != nil || time.Since(start) > c.takes+10*time.Millisecond || time.Since(start) < c.takes {
					t.Errorf("ended after %s, want %s: %v", time.Since(start), c.takes, err)
				}
			})
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
