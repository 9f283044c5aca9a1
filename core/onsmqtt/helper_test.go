package onsmqtt

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sendbridge/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

const (
	testInstance = "post-cn-0pp12gl0001"
	receiptJSON  = `{"RequestId":"020F6A43-19E6-4B6E-B846-44EB31DF1234","MsgId":"0B736D997B7F45FF54E61C1C1B581234"}`
)

func newTestClient(tb testing.TB, endpoint string, key Credentials, o *Options) *Client {
	tb.Helper()
	provider := func(context.Context) (Credentials, error) { return key, nil }
	c, err := New(endpoint, testInstance, provider, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.CloseIdleConnections)
	return c
}

// roundTripper answers instead of the API.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// listen serves each connection in its own goroutine until the test ends, and returns the address.
func listen(tb testing.TB, serve func(net.Conn)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var (
		mu    sync.Mutex
		conns []net.Conn
		wg    sync.WaitGroup
	)
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			wg.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	tb.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, conn := range conns {
			conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// A seen is one request as received by a server.
type seen struct {
	*http.Request
	body string
}

// A gateway is an HTTP/1.1 server whose connections a test can break: for each request, counted from 1, it sends the raw
// text that respond returns, and closes the connection if the text is empty or says so.
type gateway struct {
	url     string
	respond func(n int) string

	mu       sync.Mutex
	requests []seen
}

func newGateway(tb testing.TB, respond func(n int) string) *gateway {
	g := &gateway{respond: respond}
	g.url = "http://" + listen(tb, g.serve)
	return g
}

// pipes makes c connect to the gateway by pipes instead of the network, in a bubble of virtual time. It returns a count of
// the connections.
func (g *gateway) pipes(c *Client) (dials *int) {
	dials = new(int)
	c.options.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
		*dials++
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			g.serve(far)
		}()
		return near, nil
	}
	return dials
}

func (g *gateway) serve(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		answer := g.respond(g.add(seen{r, string(body)}))
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
		if answer == "" || strings.Contains(answer, "Connection: close") {
			return
		}
	}
}

func (g *gateway) add(r seen) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, r)
	return len(g.requests)
}

func (g *gateway) all() []seen {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.requests
}

func raw(status int, body string, header ...string) string {
	text := "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n"
	for _, line := range header {
		text += line + "\r\n"
	}
	return text + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func ok(int) string { return raw(200, receiptJSON) }
