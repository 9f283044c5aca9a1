package functions_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// served serves an inner handler as the HTTP main does, and returns a client for it.
func served(t *testing.T, inner http.Handler, limit time.Duration) *http.Client {
	t.Helper()
	w := newWire()
	server := functions.NewServer(inner, limit, slog.New(slog.DiscardHandler), nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- server.Serve(ctx, w) }()
	way := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return w.dial(ctx, netip.MustParseAddrPort("192.0.2.1:1"))
	}}
	t.Cleanup(func() {
		way.CloseIdleConnections()
		cancel()
		w.close()
		<-ended
	})
	return &http.Client{Transport: way}
}

func postedStatus(t *testing.T, client *http.Client, body io.Reader) int {
	t.Helper()
	answer, err := client.Post("http://127.0.0.1/", "application/cloudevents+json", body)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// A request that exceeds its time, as on a busy machine, still gets an answer, because a client whose connection just
// closes knows nothing.
func TestALateAnswerIsStillSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 9 * time.Second
		client := served(t, webhook.New(func(_ context.Context, records []core.Record) []core.Result {
			time.Sleep(time.Minute)
			return []core.Result{{Record: records[0], Outcome: core.Dropped}}
		}, &webhook.Options{Timeout: limit, Log: slog.New(slog.DiscardHandler)}), limit)
		for range 2 { // the second time on the same connection
			if got := postedStatus(t, client, strings.NewReader(numbered(1))); got != http.StatusNoContent {
				t.Error(got)
			}
		}
	})
}

// A trickle is a body that sends one byte per second.
type trickle struct{ rest string }

func (b *trickle) Read(p []byte) (int, error) {
	if b.rest == "" {
		return 0, io.EOF
	}
	time.Sleep(time.Second)
	n := copy(p[:1], b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Sixteen events of a thousand messages, three hundred small ones and slow bodies arrive at once at a slow API. Each is
// answered within the time of a request plus half a second, and acknowledged ones were published the right number of times.
func TestEachRequestIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		published := map[string]int{}
		s := newScene(t, onstest.Quota{})
		s.emulator = onstest.New(&onstest.Options{Quota: &onstest.Quota{}, Publish: func(m onstest.Message) error {
			mu.Lock()
			defer mu.Unlock()
			published[m.Payload]++
			return nil
		}})
		faults(onstest.Fault{Code: "delay", DelayMS: 700, Times: 1000})(t, s)
		rules, err := functions.ParseRules("storm.yaml", []byte("rules: [{each: $.data.items, topic: 'a/${@}', payload: {jsonpath: $.id}}]"))
		if err != nil {
			t.Fatal(err)
		}
		limit := s.app.Config.RequestTimeout
		client := served(t, webhook.New(s.app.Bridge.With(rules.List).Deliver, &webhook.Options{Timeout: limit, Log: slog.New(slog.DiscardHandler)}), limit)
		want, answers := map[string]int{}, map[int]int{}
		var wg sync.WaitGroup
		send := func(id string, messages int, slow bool) {
			want[id] = messages
			text := fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"/storm","type":"t","data":{"items":[%s0]}}`, id, strings.Repeat("0,", messages-1))
			body := io.Reader(strings.NewReader(text))
			if slow {
				body = &trickle{text}
			}
			wg.Go(func() {
				start := time.Now()
				got := postedStatus(t, client, body)
				if took := time.Since(start); took > limit+500*time.Millisecond {
					t.Errorf("%s: %d after %s", id, got, took)
				}
				mu.Lock()
				defer mu.Unlock()
				if answers[got]++; got == http.StatusNoContent && published[id] != want[id] {
					t.Errorf("%s is acknowledged: %d messages of %d", id, published[id], want[id])
				}
			})
		}
		mu.Lock()
		for i := range 300 {
			send(fmt.Sprint("small-", i), 1, false)
			if i < 16 {
				send(fmt.Sprint("large-", i), 1000, false)
				send(fmt.Sprint("slow-", i), 1, true)
			}
		}
		mu.Unlock()
		wg.Wait()
		if answers[http.StatusNoContent] == 0 || answers[http.StatusServiceUnavailable]+answers[http.StatusTooManyRequests] < 16 || answers[http.StatusBadRequest] != 16 {
			t.Errorf("answers %v", answers)
		}
		time.Sleep(2 * time.Second) // the last byte of each trickle
	})
}
