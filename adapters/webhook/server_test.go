package webhook_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
)

// TestKeepAliveConnections: 64 senders, each on its own connection, send one request after another in all modes. Each gets
// its answer; a connection that hangs would exceed go test's time limit.
func TestKeepAliveConnections(t *testing.T) {
	const senders, requests = 64, 30 // per sender
	var events atomic.Int64
	server := httptest.NewServer(newHandler(func(ctx context.Context, records []core.Record) []core.Result {
		events.Add(int64(len(records)))
		return sendAll(ctx, records)
	}, webhook.Options{}))
	defer server.Close()
	var connections atomic.Int64
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		connections.Add(1)
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	var answered, want atomic.Int64
	var group sync.WaitGroup
	for range senders {
		group.Go(func() {
			transport := &http.Transport{DialContext: dial, MaxConnsPerHost: 1} // a shared transport would dial while it waits
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			for i := range requests {
				n, err := postOne(client, server.URL, i)
				if err != nil {
					t.Error(err)
					return
				}
				answered.Add(1)
				want.Add(int64(n))
			}
		})
	}
	group.Wait()
	if events.Load() != want.Load() || answered.Load() != senders*requests {
		t.Errorf("%d requests answered, %d events delivered of %d", answered.Load(), events.Load(), want.Load())
	}
	// On a busy machine net/http's client gives up a few connections: it does not reuse one whose writer was silent for 50
	// ms.
	if n := connections.Load(); n < senders || n > 2*senders {
		t.Errorf("%d connections for %d senders: they are not kept", connections.Load(), senders)
	}
}

// postOne posts an event or a batch, in turn, and returns the number of acknowledged events.
func postOne(client *http.Client, url string, turn int) (int, error) {
	local := []*http.Request{
		newRequest(`{"a":1}`, binaryHeaders("Content-Type: application/json")...),
		newRequest(whole+`,"data":{"a":1}}`, "Content-Type: "+structuredType),
		batchRequest(3),
	}[turn%3]
	r, err := http.NewRequest("POST", url, local.Body)
	if err != nil {
		return 0, err
	}
	r.Header, r.ContentLength = local.Header, local.ContentLength
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, err
	}
	want := []int{204, 204, 200}[turn%3]
	if answer.StatusCode != want {
		return 0, fmt.Errorf("status %d, want %d", answer.StatusCode, want)
	}
	return []int{1, 1, 3}[turn%3], nil
}

// A pipeListener accepts pipes, which make a network in virtual time.
type pipeListener struct{ conns chan net.Conn }

func (l *pipeListener) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l *pipeListener) Close() error   { close(l.conns); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// onPipe serves h on one connection, whose other end talk uses.
func onPipe(t *testing.T, h http.Handler, talk func(c net.Conn, answers *bufio.Reader)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &pipeListener{conns: make(chan net.Conn, 1)}
		server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
		done := make(chan error, 1)
		go func() { done <- server.Serve(l) }()
		client, serverEnd := net.Pipe()
		l.conns <- serverEnd
		talk(client, bufio.NewReader(client))
		client.Close()
		server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		time.Sleep(time.Second) // net/http ends a connection whose body was not read half a second later
	})
}

const head = "POST / HTTP/1.1\r\nHost: a\r\nce-specversion: 1.0\r\nce-id: 7\r\nce-source: /s\r\nce-type: t\r\n"

// A sender with a token has the whole request's time for a body. An unauthenticated body has to keep arriving.
func TestSlowBody(t *testing.T) {
	for name, c := range map[string]struct {
		tokens []string
		header string
		want   time.Duration
	}{
		"proven":   {[]string{"secret"}, "Authorization: Bearer secret\r\n", 9 * time.Second},
		"no token": {nil, "", 5*time.Second + 8*time.Millisecond}, // 4 bytes at 500 a second
	} {
		t.Run(name, func(t *testing.T) {
			onPipe(t, newHandler(sendAll, webhook.Options{Tokens: c.tokens}), func(conn net.Conn, answers *bufio.Reader) {
				start := time.Now()
				io.WriteString(conn, head+c.header+"Content-Length: 10\r\n\r\nhalf")
				answer, err := http.ReadResponse(answers, nil)
				if err != nil {
					t.Error(err)
					return
				}
				body, _ := io.ReadAll(answer.Body)
				if answer.StatusCode != 400 || !strings.Contains(string(body), "in time") {
					t.Errorf("%d %s", answer.StatusCode, body)
				}
				if got := time.Since(start); got != c.want {
					t.Errorf("answered after %v", got)
				}
			})
		})
	}
}

// TestTimeLimitEndsWithTheBody: the body's deadline must not outlive the body. If it did, the server would think that the
// sender had disconnected, and cancel this delivery and all later ones on the connection.
func TestTimeLimitEndsWithTheBody(t *testing.T) {
	slow := func(ctx context.Context, records []core.Record) []core.Result {
		if ctx.Err() != nil {
			t.Errorf("ended before it began: %v", ctx.Err())
		}
		time.Sleep(10 * time.Second)
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("ended by %v", ctx.Err())
		}
		return sendAll(ctx, records)
	}
	onPipe(t, newHandler(slow, webhook.Options{}), func(c net.Conn, answers *bufio.Reader) {
		for i, request := range []string{
			head + "Content-Length: 4\r\n\r\nbody",
			head + "Content-Length: 0\r\n\r\n",
			head + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
			head + "\r\n",
		} {
			io.WriteString(c, request)
			answer, err := http.ReadResponse(answers, nil)
			if err != nil || answer.StatusCode != 204 {
				t.Errorf("request %d: %v, %v", i, answer, err)
				return
			}
			time.Sleep(time.Minute)
		}
	})
}

// TestSenderGoesAway: the delivery's context ends with the connection.
func TestSenderGoesAway(t *testing.T) {
	ended := make(chan error, 1)
	wait := func(ctx context.Context, records []core.Record) []core.Result {
		<-ctx.Done()
		ended <- ctx.Err()
		return sendAll(ctx, records)
	}
	server := httptest.NewServer(newHandler(wait, webhook.Options{Timeout: time.Hour}))
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, head+"Content-Length: 4\r\n\r\nbody")
	c.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended by %v", err)
	}
}

// TestServerSurvivesPanic: after a panic the connection gets an answer and serves the next request.
func TestServerSurvivesPanic(t *testing.T) {
	var calls int
	sometimes := func(ctx context.Context, records []core.Record) []core.Result {
		if calls++; calls == 1 {
			panic("once")
		}
		return sendAll(ctx, records)
	}
	onPipe(t, newHandler(sometimes, webhook.Options{}), func(c net.Conn, answers *bufio.Reader) {
		for _, want := range []int{500, 204} {
			io.WriteString(c, head+"Content-Length: 4\r\n\r\nbody")
			answer, err := http.ReadResponse(answers, nil)
			if err != nil || answer.StatusCode != want {
				t.Errorf("%v, %v; want %d", answer, err, want)
				return
			}
			io.Copy(io.Discard, answer.Body)
		}
	})
}
