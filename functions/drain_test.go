package functions_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/functions"
)

// A pipes is a listener in virtual time.
type pipes struct {
	calls chan net.Conn
	done  chan bool
	close func()
}

func newPipes() *pipes {
	p := &pipes{calls: make(chan net.Conn), done: make(chan bool)}
	p.close = sync.OnceFunc(func() { close(p.done) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.calls <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// While it still answers, a draining process announces its end with /readyz and Connection: close.
func TestADrainingServerSaysSoBeforeItStopsAccepting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const drain = 5 * time.Second
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		s := functions.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }),
			time.Minute, slog.New(slog.DiscardHandler), &functions.ServerOptions{Drain: drain})
		ended := make(chan error)
		go func() { ended <- s.Serve(ctx, l) }()
		client := &http.Client{Transport: &http.Transport{DialContext: l.dial}}
		ask := func(path string) (status int, closes bool) {
			answer, err := client.Get("http://pipe" + path)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			io.Copy(io.Discard, answer.Body)
			return answer.StatusCode, answer.Close
		}
		want := func(path string, wantStatus int, wantClose bool) {
			t.Helper()
			if status, closes := ask(path); status != wantStatus || closes != wantClose {
				t.Errorf("%s: %d, closes %v", path, status, closes)
			}
		}
		want("/readyz", 200, false)
		want("/", 204, false)
		start := time.Now()
		cancel()
		synctest.Wait()
		want("/readyz", 503, true)
		want("/healthz", 200, true)
		want("/", 204, true)
		time.Sleep(drain - time.Millisecond)
		want("/", 204, true) // a new connection at the last moment
		if err := <-ended; err != nil || time.Since(start) != drain {
			t.Errorf("ended after %s: %v", time.Since(start), err)
		}
		if _, err := client.Get("http://pipe/"); err == nil {
			t.Error("accepted after the drain")
		}
	})
}

// Without a drain, as in functions, accepting ends at once.
func TestNoDrainEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		err := functions.NewServer(http.NotFoundHandler(), time.Minute, slog.New(slog.DiscardHandler), nil).Serve(ctx, newPipes())
		if err != nil || time.Since(start) != 0 {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

// Sixty-four busy clients with kept-alive connections all get answers, are asked to close, and see no connection reset.
func TestKeptAliveClientsUnderLoadSeeNoReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		const clients = 64
		ctx, cancel := context.WithCancel(t.Context())
		s := functions.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }),
			time.Minute, slog.New(slog.DiscardHandler), &functions.ServerOptions{Drain: 5 * time.Second})
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, l) }()
		var busy, gone sync.WaitGroup
		busy.Add(clients)
		for range clients {
			gone.Go(func() {
				conn, err := l.dial(ctx, "", "")
				if err != nil {
					t.Error(err)
					busy.Done()
					return
				}
				defer conn.Close()
				for n, from := 0, bufio.NewReader(conn); ; n++ {
					_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
					var answer *http.Response
					if err == nil {
						answer, err = http.ReadResponse(from, nil)
					}
					if n == 20 || n < 20 && err != nil {
						busy.Done()
					}
					if err != nil {
						t.Errorf("request %d: %v", n, err)
						return
					}
					if answer.Close {
						return
					}
				}
			})
		}
		busy.Wait()
		cancel()
		gone.Wait()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
