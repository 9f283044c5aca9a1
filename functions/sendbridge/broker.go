package main

import (
	"io"
	"log/slog"
	"net"
	"strings"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
	"sendbridge/functions/sendbridge/console"
)

// A broker is the MQTT broker that the emulator publishes to. Any MQTT client can subscribe to it.
type broker struct {
	server   *mqtt.Server
	observed bool         // the console's traffic records each hand-over
	from     *mqtt.Client // the publisher of a message whose hand-overs are recorded
}

// startBroker serves MQTT on l to every client.
func startBroker(l net.Listener) (broker, error) { return startBrokerFor(l, nil, nil) }

// startBrokerFor serves MQTT on l to the clients that check accepts, or to every client if check is nil. Unless traffic
// is nil, it records which clients each message is sent to.
func startBrokerFor(l net.Listener, check func(clientID, user, password string) error, traffic *console.Traffic) (broker, error) {
	server := mqtt.New(&mqtt.Options{
		InlineClient: true,
		Logger:       slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err := server.AddHook(&devices{server: server, check: check}, nil); err != nil {
		return broker{}, err
	}
	sessions := newSessions(server)
	if err := server.AddHook(sessions, nil); err != nil {
		return broker{}, err
	}
	if traffic != nil {
		if err := server.AddHook(&handOvers{traffic: traffic}, nil); err != nil {
			return broker{}, err
		}
	}
	if err := server.AddListener(sessionListener{listeners.NewNet("mqtt", l), sessions}); err != nil {
		return broker{}, err
	}
	b := broker{server: server, observed: traffic != nil}
	if b.observed {
		b.from = server.NewClient(nil, "local", "sendbridge", true)
	}
	return b, server.Serve()
}

// publish sends a message to the subscribers at QoS 1, which is assumed to be the QoS that the product uses.
func (b broker) publish(m onstest.Message) error {
	if !b.observed {
		return b.server.Publish(m.Topic, []byte(m.Payload), false, 1)
	}
	return b.server.InjectPacket(b.from, named(m))
}

// A delivery is a message that a subscriber received.
type delivery struct {
	topic   string
	payload []byte
}

// subscribe returns the messages of every topic and a function that ends the subscription. It uses the broker's own
// client in this process, for which the broker's wildcards also match its own topics, which begin with $.
func (b broker) subscribe() (messages <-chan delivery, end func() error, err error) {
	const id = 1
	got := make(chan delivery, 16)
	err = b.server.Subscribe("#", id, func(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
		if strings.HasPrefix(p.TopicName, "$") {
			return
		}
		select {
		case got <- delivery{p.TopicName, p.Payload}:
		default: // the broker must not wait for a reader that is slow
		}
	})
	return got, func() error { return b.server.Unsubscribe("#", id) }, err
}

// close disconnects the clients before it closes the server. The server would take the read lock of a listener's client
// list twice, and hangs if a client disconnects in between.
func (b broker) close() error {
	b.server.Listeners.CloseAll(func(listener string) {
		for _, c := range b.server.Clients.GetAll() {
			if c.Net.Listener == listener && !c.Closed() {
				_ = b.server.DisconnectClient(c, packets.ErrServerShuttingDown)
			}
		}
	})
	return b.server.Close()
}
