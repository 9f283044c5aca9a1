package functions_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/functions"
)

// servedOnPipes runs a server in virtual time, with nine seconds per request and five for the drain.
func servedOnPipes(t *testing.T, h http.HandlerFunc, o *functions.ServerOptions) (l *pipes, stop context.CancelFunc, ended chan error) {
	t.Helper()
	l, ended = newPipes(), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	s := functions.NewServer(h, 9*time.Second, slog.New(slog.DiscardHandler), o)
	go func() { ended <- s.Serve(ctx, l) }()
	return l, cancel, ended
}

// dialed opens a connection and sends a text.
func dialed(t *testing.T, l *pipes, text string) net.Conn {
	t.Helper()
	t.Helper()
	conn, err := l.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, text)
	return conn
}

const whole = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

// A connection that sends nothing, or nothing more, is closed in time.
func TestTheServersTimeLimits(t *testing.T) {
	for name, c := range map[string]struct {
		sent string
		idle time.Duration
		want time.Duration
	}{
		"nothing":             {"", 0, 5 * time.Second},
		"half of the headers": {"POST / HTTP/1.1\r\nHost: h\r\n", 0, 5 * time.Second},
		"half of the body":    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello", 0, 9 * time.Second},
		"one request":         {whole, 0, 2 * time.Minute},
		"one, less idle":      {whole, 30 * time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, stop, ended := servedOnPipes(t, func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						panic(http.ErrAbortHandler)
					}
				}, &functions.ServerOptions{Idle: c.idle})
				began := time.Now()
				conn := dialed(t, l, c.sent)
				io.Copy(io.Discard, conn) // read until the server closes it
				if took := time.Since(began); took != c.want {
					t.Errorf("closed after %s, want %s", took, c.want)
				}
				conn.Close()
				stop()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// An answer has two seconds more than its request, so that a request that used all of its time still gets an answer.
func TestTheServersLimitForAnswers(t *testing.T) {
	for takes, want := range map[time.Duration]bool{9 * time.Second: true, 11*time.Second - 1: true, 11*time.Second + 1: false} {
		synctest.Test(t, func(t *testing.T) {
			l, stop, ended := servedOnPipes(t, func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(takes)
				w.WriteHeader(http.StatusNoContent)
			}, nil)
			conn := dialed(t, l, whole)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if got := err == nil && answer.StatusCode == http.StatusNoContent; got != want {
				t.Errorf("after %s: answered %t, %v", takes, got, err)
			}
			conn.Close()
			stop()
			<-ended
		})
	}
}

// Requests in flight when accepting ends have a second more than a request's time. Then Serve returns an error, because not
// all were finished.
func TestADrainHasALimit(t *testing.T) {
	for takes, want := range map[time.Duration]struct {
		after time.Duration
		err   error
	}{
		14 * time.Second: {14 * time.Second, nil},
		time.Hour:        {15 * time.Second, context.DeadlineExceeded},
	} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			l, stop, ended := servedOnPipes(t, func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(takes):
				case <-release:
				}
			}, &functions.ServerOptions{Drain: 5 * time.Second})
			conn := dialed(t, l, whole)
			synctest.Wait()
			began := time.Now()
			stop()
			err := <-ended
			// The server polls for finished requests about twice per second, at most 550 ms apart.
			if took := time.Since(began); !errors.Is(err, want.err) || took < want.after || took > want.after+600*time.Millisecond {
				t.Errorf("a request of %s: ended after %s, %v", takes, took, err)
			}
			close(release)
			conn.Close()
			synctest.Wait()
		})
	}
}
