package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
)

// An inbox counts the messages that the broker received, by payload.
type inbox struct {
	mu   sync.Mutex
	seen map[string]int
}

func (i *inbox) take(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seen[string(p.Payload)]++
}

// A poster sends each event until it is acknowledged, like a sender that loses nothing.
type poster struct {
	client  *http.Client
	acked   []atomic.Bool // by event
	refused atomic.Int64  // posts that failed or were not acknowledged
	count   atomic.Int64  // number of acknowledged events
}

// post posts all events that are not acknowledged yet, 16 at a time. It calls reached once enough of them are.
func (p *poster) post(url string, enough int64, reached func()) {
	events := make(chan int)
	var wg sync.WaitGroup
	var once sync.Once
	for range 16 {
		wg.Go(func() {
			for i := range events {
				if !p.one(url, i) {
					p.refused.Add(1)
					continue
				}
				p.acked[i].Store(true)
				if p.count.Add(1) >= enough {
					once.Do(reached)
				}
			}
		})
	}
	for i := range p.acked {
		if !p.acked[i].Load() {
			events <- i
		}
	}
	close(events)
	wg.Wait()
}

func (p *poster) one(url string, i int) bool {
	body := strings.NewReader(fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/kill","type":"t"}`, i))
	answer, err := p.client.Post(url, "application/cloudevents+json", body)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode == http.StatusNoContent
}

// The handler is killed in the middle of its events and started again. The broker has every event that it acknowledged.
func TestKilledAndStartedAgainNothingIsLost(t *testing.T) { killAndStartAgain(t, 1000, 300) }

func killAndStartAgain(t *testing.T, events int, killAfter int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mqttBroker, err := startBroker(l)
	if err != nil {
		t.Fatal(err)
	}
	defer mqttBroker.close()
	in := &inbox{seen: map[string]int{}}
	if err := mqttBroker.server.Subscribe("all/#", 1, in.take); err != nil {
		t.Fatal(err)
	}
	b := &bench{api: httptest.NewServer(onstest.New(&onstest.Options{Publish: mqttBroker.publish, Quota: &onstest.Quota{}}))}
	defer b.api.Close()
	environ := b.environ("SENDBRIDGE_RATE=0", `SENDBRIDGE_RULES={rules: [{topic: all/events, payload: {jsonpath: $.id}}]}`)

	sender := &poster{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}, acked: make([]atomic.Bool, events)}
	defer sender.client.CloseIdleConnections()
	first := startHTTP(t, environ)
	first.discard()
	sender.post(first.url, killAfter, func() { first.cmd.Process.Signal(syscall.SIGKILL) })
	atKill := sender.count.Load()
	if unacknowledged := int64(events) - atKill; unacknowledged == 0 || atKill < killAfter || sender.refused.Load() == 0 {
		t.Fatalf("the kill came too late: %d of %d acknowledged", atKill, events)
	}
	second := startHTTP(t, environ)
	second.discard()
	sender.post(second.url, int64(events)+1, nil)

	if sender.count.Load() != int64(events) {
		t.Errorf("%d of %d acknowledged in the end", sender.count.Load(), events)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	duplicates, lost := 0, 0
	for i := range events {
		n := in.seen[fmt.Sprint(i)]
		if n == 0 {
			lost++
		}
		duplicates += max(0, n-1)
	}
	if lost > 0 {
		t.Errorf("%d events never reached the broker", lost)
	}
	t.Logf("acknowledged before the kill: %d of %d; duplicates at the broker: %d", atKill, events, duplicates)
}
