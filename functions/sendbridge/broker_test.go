package main

import (
	"net"
	"sync"
	"testing"

	"sendbridge/core/onstest"
)

// Clients disconnect while the broker closes. Neither may wait for the other.
func TestBrokerClosesWhileClientsLeave(t *testing.T) { closeWhileClientsLeave(t, 20) }

func closeWhileClientsLeave(t *testing.T, times int) {
	t.Helper()
	for range times {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		b, err := startBroker(l)
		if err != nil {
			t.Fatal(err)
		}
		closed := make(chan struct{})
		var leaving sync.WaitGroup
		started := make(chan struct{}, 4)
		for range cap(started) {
			leaving.Go(func() {
				b.server.Clients.Delete("who leaves")
				started <- struct{}{}
				for {
					select {
					case <-closed:
						return
					default:
						b.server.Clients.Delete("who leaves")
					}
				}
			})
		}
		for range cap(started) {
			<-started
		}
		if err := b.close(); err != nil {
			t.Error(err)
		}
		close(closed)
		leaving.Wait()
	}
}

// A subscriber of every topic does not get the broker's own messages, whose topics begin with $.
func TestASubscriberGetsNoMessagesOfTheBroker(t *testing.T) {
	b, err := startBroker(newPipes())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	messages, end, err := b.subscribe()
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	for range 20 { // more than a subscriber's queue has room for
		if err := b.server.Publish("$SYS/broker/uptime", []byte("7"), true, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.publish(onstest.Message{Topic: "doors/north", Payload: "open"}); err != nil {
		t.Fatal(err)
	}
	if m := <-messages; m.topic != "doors/north" || string(m.payload) != "open" {
		t.Errorf("got %s: %s", m.topic, m.payload)
	}
}
