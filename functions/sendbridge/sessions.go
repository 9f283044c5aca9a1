package main

import (
	"net"
	"sync"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// sessions is a hook that starts a client's session only after the broker has finished with the client's older
// connection. The broker removes a client by its ID when a connection and its session end. If another connection of the
// same client has started by then, the broker removes that one, and the client receives nothing.
type sessions struct {
	mqtt.HookBase
	server *mqtt.Server

	mu     sync.Mutex
	open   map[*connection]bool
	newest map[string]*connection // by client ID, of the open connections with a session
	closed bool
}

// A connection is a network connection that the broker serves.
type connection struct {
	net.Conn
	client *mqtt.Client  // nil before the session starts
	done   chan struct{} // closed when the broker has finished with the connection
}

func newSessions(server *mqtt.Server) *sessions {
	return &sessions{server: server, open: map[*connection]bool{}, newest: map[string]*connection{}}
}

// ID names the hook in the broker.
func (*sessions) ID() string { return "sessions" }

// Provides lists the methods below.
func (*sessions) Provides(event byte) bool { return event == mqtt.OnSessionEstablish }

// OnSessionEstablish ends the older connection and waits for its end. Each connection waits for the one before it, so
// that several connections with one ID start their sessions one after the other. The wait has no time limit: the broker
// finishes with a closed connection without waiting for any client.
func (s *sessions) OnSessionEstablish(c *mqtt.Client, _ packets.Packet) {
	own, ok := c.Net.Conn.(*connection)
	if !ok {
		return
	}
	s.mu.Lock()
	older := s.newest[c.ID]
	own.client, s.newest[c.ID] = c, own
	s.mu.Unlock()
	if older != nil {
		_ = s.server.DisconnectClient(older.client, packets.ErrSessionTakenOver)
		<-older.done
	}
}

// begin returns false if the listener is closed.
func (s *sessions) begin(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.open[c] = true
	}
	return !s.closed
}

func (s *sessions) end(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	if c.client != nil && s.newest[c.client.ID] == c {
		delete(s.newest, c.client.ID)
	}
	close(c.done)
}

// close closes every connection, also those whose clients are not in the broker's list yet. The broker would wait until
// these leave.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
}

// A sessionListener has sessions observe its connections.
type sessionListener struct {
	listeners.Listener
	sessions *sessions
}

func (l sessionListener) Serve(establish listeners.EstablishFn) {
	l.Listener.Serve(func(id string, accepted net.Conn) error {
		c := &connection{Conn: accepted, done: make(chan struct{})}
		if !l.sessions.begin(c) {
			return c.Close()
		}
		defer l.sessions.end(c)
		return establish(id, c)
	})
}

func (l sessionListener) Close(disconnect listeners.CloseFn) {
	l.Listener.Close(disconnect)
	l.sessions.close()
}
