package main

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.golang/paho"

	"sendbridge/core/onstest"
)

// A device that reconnects before the broker has removed its old connection gets the messages to its client ID and
// those it subscribes to.
func TestADeviceThatReconnectsAtOnceGetsItsMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l, end := slowBroker(t)
		t.Cleanup(func() { b.close() }) // after the clients' connections, which the broker waits for
		end.hold(t, l, "GID_vend@@@machine1")
		var device *paho.Client
		var got <-chan *paho.Publish
		var err error
		connected := make(chan struct{})
		go func() {
			defer close(connected)
			device, got, err = connectOver(t, l.dial(), &paho.Connect{ClientID: "GID_vend@@@machine1", CleanStart: true})
		}()
		synctest.Wait()
		close(end.released)
		<-connected
		if err != nil {
			t.Fatal(err)
		}
		if _, err := device.Subscribe(t.Context(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "vend/prices", QoS: 1}}}); err != nil {
			t.Fatal(err)
		}
		for _, topic := range []string{"vend/p2p/GID_vend@@@machine1", "vend/prices"} {
			if err := b.publish(onstest.Message{Topic: topic, Payload: "x"}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			select {
			case p := <-got:
				if p.Topic != topic {
					t.Errorf("a message on %s, want %s", p.Topic, topic)
				}
			default:
				t.Errorf("no message on %s", topic)
			}
		}
	})
}

// If several connections use one client ID at the same time, one of them stays and gets the messages.
func TestOneOfSeveralConnectionsKeepsAClientID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l, end := slowBroker(t)
		t.Cleanup(func() { b.close() }) // after the clients' connections, which the broker waits for
		end.hold(t, l, "GID_vend@@@machine1")
		type connection struct {
			device *paho.Client
			got    <-chan *paho.Publish
		}
		connected := make(chan connection, 5)
		for range cap(connected) {
			go func() {
				if device, got, err := connectOver(t, l.dial(), &paho.Connect{ClientID: "GID_vend@@@machine1", CleanStart: true}); err == nil {
					connected <- connection{device, got}
				}
			}()
		}
		synctest.Wait()
		close(end.released)
		synctest.Wait()
		var open []connection
		for range len(connected) {
			c := <-connected
			select {
			case <-c.device.Done():
			default:
				open = append(open, c)
			}
		}
		if len(open) != 1 {
			t.Fatalf("%d connections are open, want 1", len(open))
		}
		if err := b.publish(onstest.Message{Topic: "vend/p2p/GID_vend@@@machine1", Payload: "x"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(open[0].got); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
	})
}

// The broker closes at once while a device waits for the end of its old connection, and while a client has not said
// who it is.
func TestBrokerClosesWhileADeviceWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l, end := slowBroker(t)
		began := time.Now()
		end.hold(t, l, "GID_vend@@@machine1")
		defer l.dial().Close()
		refused := make(chan error, 1)
		go func() {
			_, _, err := connectOver(t, l.dial(), &paho.Connect{ClientID: "GID_vend@@@machine1", CleanStart: true})
			refused <- err
		}()
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- b.close() }()
		synctest.Wait()
		close(end.released)
		synctest.Wait()
		select {
		case err := <-closed:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("the broker is open")
		}
		if err := <-refused; err == nil {
			t.Error("the device is connected to a closed broker")
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("the broker closed after %s", took)
		}
	})
}

// A device that takes over a live connection gets the messages that its session has kept, and its old connection's
// will is published once.
func TestATakeoverKeepsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		b, err := startBroker(l)
		if err != nil {
			t.Fatal(err)
		}
		defer b.close()
		wills, endWills, err := b.subscribe()
		if err != nil {
			t.Fatal(err)
		}
		defer endWills()
		hour := uint32(3600)
		connect := func() (*paho.Client, <-chan *paho.Publish, bool) {
			conn, got := l.dial(), make(chan *paho.Publish, 16)
			t.Cleanup(func() { conn.Close() })
			device := paho.NewClient(paho.ClientConfig{Conn: conn, OnPublishReceived: []func(paho.PublishReceived) (bool, error){
				func(p paho.PublishReceived) (bool, error) { got <- p.Packet; return true, nil },
			}})
			answer, err := device.Connect(t.Context(), &paho.Connect{
				ClientID: "GID_vend@@@machine1", KeepAlive: 30, Properties: &paho.ConnectProperties{SessionExpiryInterval: &hour},
				WillMessage: &paho.WillMessage{Topic: "vend/gone", Payload: []byte("machine1")},
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // mochi may send a message twice that arrives while a session resumes
			return device, got, answer.SessionPresent
		}
		old, _, present := connect()
		if present {
			t.Error("the first connection has a session")
		}
		if _, err := old.Subscribe(t.Context(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "vend/prices", QoS: 1}}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // mochi publishes no will if the connection ends while it handles a packet
		_, got, present := connect()
		if !present {
			t.Error("the second connection has no session")
		}
		<-old.Done()
		if w := <-wills; w.topic != "vend/gone" || string(w.payload) != "machine1" {
			t.Errorf("%s on %s, want the will", w.payload, w.topic)
		}
		if err := b.publish(onstest.Message{Topic: "vend/prices", Payload: "x"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(got); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
		if n := len(wills); n != 1 { // the price, which this subscriber gets as well
			t.Errorf("%d more messages, want 1", n)
		}
	})
}

// A device that reconnects again and again misses no message to its client ID.
func TestNoMessageIsLostAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		b, err := startBroker(l)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.close() }) // after the clients' connections, which the broker waits for
		for i := range 50 {
			device, got, err := connectOver(t, l.dial(), &paho.Connect{ClientID: "GID_vend@@@machine1", CleanStart: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := b.publish(onstest.Message{Topic: "vend/p2p/GID_vend@@@machine1", Payload: strconv.Itoa(i)}); err != nil {
				t.Fatal(err)
			}
			select {
			case p := <-got:
				if string(p.Payload) != strconv.Itoa(i) {
					t.Fatalf("connection %d got message %s", i, p.Payload)
				}
			case <-device.Done():
				t.Fatalf("connection %d ended", i)
			case <-time.After(time.Minute): // of virtual time
				t.Fatalf("connection %d got no message", i)
			}
			if i%2 == 0 { // the next connection takes over every other one
				if err := device.Disconnect(&paho.Disconnect{}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
