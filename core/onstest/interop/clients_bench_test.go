package interop

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// BenchmarkClients measures a call of each client to the same sink over loopback, alone and with as many in flight as a
// bridge has by default. net-http is net/http alone with a request of the same shape, signed in advance: what exceeds it is
// the client's own. Each goroutine has its own client of the SDKs, because they must not be shared.
func BenchmarkClients(b *testing.B) {
	host := sink(b)
	payload := strings.Repeat("0123456789abcdef", 64)
	for _, client := range []official{
		{"sendbridge", shared(dialOurs("auto"))},
		{"net-http", dialNetHTTP()},
		darabonba,
		alibabaCloudSDK,
	} {
		b.Run(client.name+"/alone", func(b *testing.B) {
			send := client.dial(b, host, plainCredentials)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := send("TopicA/sub", payload); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(client.name+"/32", func(b *testing.B) {
			const callers = 32
			senders := make(chan sender, callers)
			for range callers { // one after another, because even building the SDKs' clients races
				senders <- client.dial(b, host, plainCredentials)
			}
			b.ReportAllocs()
			b.SetParallelism(callers / runtime.GOMAXPROCS(0))
			b.RunParallel(func(pb *testing.PB) {
				send := <-senders
				defer func() { senders <- send }()
				for pb.Next() {
					if _, err := send("TopicA/sub", payload); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// shared dials once per benchmark, because these clients are made to be shared.
func shared(dial func(testing.TB, string, onsmqtt.Credentials) sender) func(testing.TB, string, onsmqtt.Credentials) sender {
	senders := map[testing.TB]sender{}
	return func(tb testing.TB, host string, c onsmqtt.Credentials) sender {
		if senders[tb] == nil {
			senders[tb] = dial(tb, host, c)
		}
		return senders[tb]
	}
}

// dialNetHTTP returns senders with their own request, built once, and one http.Client.
func dialNetHTTP() func(testing.TB, string, onsmqtt.Credentials) sender {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	return func(tb testing.TB, host string, c onsmqtt.Credentials) sender {
		tb.Helper()
		request := shape(tb, host, c, "TopicA/sub", strings.Repeat("0123456789abcdef", 64))
		tb.Cleanup(client.CloseIdleConnections)
		return func(string, string) (string, error) {
			response, err := client.Do(request)
			if err != nil {
				return "", err
			}
			defer response.Body.Close()
			_, err = io.Copy(io.Discard, response.Body)
			return "", err
		}
	}
}

// shape returns the request of a call without sending it.
func shape(tb testing.TB, host string, c onsmqtt.Credentials, topic, payload string) *http.Request {
	tb.Helper()
	var caught *http.Request
	client, err := onsmqtt.New("http://"+host, onstest.Instance, static(c), &onsmqtt.Options{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			caught = r
			return nil, http.ErrServerClosed
		}),
	})
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = client.SendMessage(tb.Context(), topic, payload)
	return caught.Clone(tb.Context())
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// sink answers every request with the same receipt, as cheaply as a server can.
func sink(tb testing.TB) (host string) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go drain(conn)
		}
	}()
	return listener.Addr().String()
}

// drain returns when the client closes the connection.
func drain(conn net.Conn) {
	defer conn.Close()
	const receipt = `{"RequestId":"020F6A43-19E6-4B6E-B846-44EB31DF1234","MsgId":"0B736D997B7F45FF54E61C1C1B581234"}`
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(receipt)) + "\r\n\r\n" + receipt)
	r := bufio.NewReaderSize(conn, 64<<10)
	body := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if size, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			body, _ = strconv.Atoi(string(bytes.TrimSpace(size)))
		}
		if len(line) > len("\r\n") {
			continue
		}
		if _, err := r.Discard(body); err != nil {
			return
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
		body = 0
	}
}
