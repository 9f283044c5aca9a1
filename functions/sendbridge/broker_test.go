package main

import (
	"net"
	"sync"
	"testing"
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
