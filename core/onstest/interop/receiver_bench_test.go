package interop

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/client"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"sendbridge/core/bridge"
	"sendbridge/core/credential"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// BenchmarkReceivers measures the whole path, from a posted event to the API's answer, with 16 connections. cloudevents-sdk
// is what one would write with the two SDKs; net-http reads the body and posts it to the API, which is the least possible
// work.
func BenchmarkReceivers(b *testing.B) {
	for _, r := range []struct {
		name  string
		start func(ctx context.Context, b *testing.B, l net.Listener, api string) error
	}{
		{"sendbridge", startSendbridge},
		{"cloudevents-sdk", startCloudEventsSDK},
		{"net-http", startNetHTTP},
	} {
		b.Run(r.name, func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			ctx, stop := context.WithCancel(b.Context())
			ended := make(chan error, 1)
			go func() { ended <- r.start(ctx, b, l, sink(b)) }()
			load(b, l.Addr().String(), 16)
			stop()
			if err := <-ended; err != nil && !errors.Is(err, http.ErrServerClosed) {
				b.Fatal(err)
			}
		})
	}
}

func startSendbridge(ctx context.Context, b *testing.B, l net.Listener, api string) error {
	config, err := functions.Load([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
		"SENDBRIDGE_ENDPOINT=http://" + api,
		"SENDBRIDGE_TOPIC=events/${$.type}",
		"SENDBRIDGE_RATE=0",
	})
	if err != nil {
		return err
	}
	rules, err := functions.LoadRules(&config, "")
	if err != nil {
		return err
	}
	app, err := functions.New(config, rules, functions.Parts{
		Credentials: credential.Fixed(credential.KindAccessKey, plainCredentials),
		Log:         functions.NewLogger(io.Discard, slog.LevelInfo),
		Tally:       new(bridge.Tally),
	})
	if err != nil {
		return err
	}
	defer app.Close()
	return app.Serve(ctx, l)
}

// startCloudEventsSDK uses as many clients of the official SDK as it needs, because one must not be shared.
func startCloudEventsSDK(ctx context.Context, b *testing.B, l net.Listener, api string) error {
	senders := sync.Pool{New: func() any { return dialV3(b, api, plainCredentials) }}
	receiver, err := client.NewHTTP(cehttp.WithListener(l))
	if err != nil {
		return err
	}
	return receiver.StartReceiver(ctx, func(e event.Event) error {
		payload, err := e.MarshalJSON()
		if err != nil {
			return err
		}
		send := senders.Get().(sender)
		defer senders.Put(send)
		_, err = send("events/"+e.Type(), string(payload))
		return err
	})
}

func startNetHTTP(ctx context.Context, _ *testing.B, l net.Listener, api string) error {
	poster := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	defer poster.CloseIdleConnections()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = postOn(poster, "http://"+api+"/", body)
		}
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	return server.Serve(l)
}

func postOn(poster *http.Client, url string, body []byte) error {
	answer, err := poster.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// load posts b.N events over kept connections, one after another on each. It writes and reads bytes itself, so that only
// the server is measured.
func load(b *testing.B, address string, connections int) {
	const id = "000000000000"
	body := `{"specversion":"1.0","id":"` + id + `","source":"/front-door","type":"com.example.door","subject":"north",` +
		`"time":"2026-01-31T12:00:00Z","datacontenttype":"application/json","data":{"open":true,"note":"` + strings.Repeat("n", 700) + `"}}`
	request := fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/cloudevents+json\r\nContent-Length: %d\r\n\r\n%s", address, len(body), body)
	conns := make([]net.Conn, connections)
	for i := range conns {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		conns[i] = conn
	}
	work := make(chan struct{}, connections)
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	at := bytes.Index(request, []byte(id))
	for n, conn := range conns {
		wg.Go(func() {
			answers := bufio.NewReader(conn)
			request := bytes.Clone(request)
			for i := n; ; i += connections {
				if _, more := <-work; !more {
					break
				}
				copy(request[at:], fmt.Sprintf("%012d", i)) // all events differ
				if err := exchange(conn, answers, request); err != nil {
					b.Error(err)
					break
				}
			}
			for range work { // the rest of a failed connection
			}
		})
	}
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	b.StopTimer()
}

func exchange(conn net.Conn, answers *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", answer.Status)
	}
	return nil
}
