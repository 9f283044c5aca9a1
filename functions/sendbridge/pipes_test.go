package main

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"

	pahopackets "github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// pipes is a listener whose connections are in memory, so that synctest.Wait waits for both of their ends.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialed:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.closed) }); return nil }

func (*pipes) Addr() net.Addr { return &net.TCPAddr{} }

// dial returns a client's end of a new connection. A pipe does not keep the parts of a packet together if several
// goroutines write, so this end does.
func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.dialed <- there
	return pahopackets.NewThreadSafeConn(here)
}

// slowEnd is a hook that holds the broker where it ends a session for the first time, before it removes the client.
type slowEnd struct {
	mqtt.HookBase
	held              atomic.Bool
	reached, released chan struct{}
}

// slowBroker starts a broker with a slowEnd.
func slowBroker(t *testing.T) (broker, *pipes, *slowEnd) {
	t.Helper()
	l, s := newPipes(), &slowEnd{reached: make(chan struct{}), released: make(chan struct{})}
	b, err := startBroker(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.server.AddHook(s, nil); err != nil {
		t.Fatal(err)
	}
	return b, l, s
}

// hold connects a device, disconnects it, and returns when the broker is held.
func (s *slowEnd) hold(t *testing.T, l *pipes, clientID string) {
	t.Helper()
	device, _, err := connectOver(t, l.dial(), &paho.Connect{ClientID: clientID, CleanStart: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := device.Disconnect(&paho.Disconnect{}); err != nil {
		t.Fatal(err)
	}
	<-s.reached
}

func (*slowEnd) Provides(event byte) bool { return event == mqtt.OnUnsubscribed }

func (s *slowEnd) OnUnsubscribed(*mqtt.Client, packets.Packet) {
	if s.held.CompareAndSwap(false, true) {
		close(s.reached)
		<-s.released
	}
}
