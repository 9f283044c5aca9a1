package functions

import (
	"net"
	"net/http"
	"sync"
)

// busyConnections are those of a server that have a request, or wait for their first. The zero value is ready.
type busyConnections struct {
	mu    sync.Mutex
	busy  map[net.Conn]http.ConnState
	quiet chan struct{} // closed when none is busy; nil until somebody waits
}

// note is the server's ConnState.
func (b *busyConnections) note(c net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state == http.StateNew || state == http.StateActive {
		if b.busy == nil {
			b.busy = make(map[net.Conn]http.ConnState)
		}
		b.busy[c] = state
		return
	}
	delete(b.busy, c)
	b.tell()
}

func (b *busyConnections) tell() {
	if b.quiet != nil && len(b.busy) == 0 {
		close(b.quiet)
		b.quiet = nil
	}
}

// wait returns a channel that is closed once no connection is busy.
func (b *busyConnections) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	quiet := make(chan struct{})
	b.quiet = quiet
	b.tell()
	return quiet
}

// closeSilent closes the connections on which nothing has arrived.
func (b *busyConnections) closeSilent() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c, state := range b.busy {
		if state == http.StateNew {
			c.Close()
		}
	}
}
