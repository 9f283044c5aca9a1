package main

import (
	"io"
	"log/slog"
	"net"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
	"sendbridge/functions/sendbridge/console"
)

// A broker is where the emulator's messages go, for any MQTT client to subscribe.
type broker struct {
	server *mqtt.Server
	told   bool         // somebody is told of each hand-over
	from   *mqtt.Client // who publishes then
}

// startBroker serves MQTT on l, to anybody.
func startBroker(l net.Listener) (broker, error) { return startBrokerFor(l, nil, nil) }

// startBrokerFor serves MQTT on l to clients that check has nothing against; nil is everybody. Unless traffic is nil, it is
// told which clients each message is sent to.
func startBrokerFor(l net.Listener, check func(clientID, user, password string) error, traffic *console.Traffic) (broker, error) {
	server := mqtt.New(&mqtt.Options{
		InlineClient: true,
		Logger:       slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err := server.AddHook(&devices{server: server, check: check}, nil); err != nil {
		return broker{}, err
	}
	if traffic != nil {
		if err := server.AddHook(&handOvers{traffic: traffic}, nil); err != nil {
			return broker{}, err
		}
	}
	if err := server.AddListener(listeners.NewNet("mqtt", l)); err != nil {
		return broker{}, err
	}
	b := broker{server: server, told: traffic != nil}
	if b.told {
		b.from = server.NewClient(nil, "local", "sendbridge", true)
	}
	return b, server.Serve()
}

// publish hands a message to the subscribers at QoS 1, as the product is taken to do.
func (b broker) publish(m onstest.Message) error {
	if !b.told {
		return b.server.Publish(m.Topic, []byte(m.Payload), false, 1)
	}
	return b.server.InjectPacket(b.from, named(m))
}

// A delivery is a message that a subscriber got.
type delivery struct {
	topic   string
	payload []byte
}

// subscribe returns the messages of every topic, through the broker's own client in this process, and what ends that.
func (b broker) subscribe() (messages <-chan delivery, end func() error, err error) {
	const id = 1
	got := make(chan delivery, 16)
	err = b.server.Subscribe("#", id, func(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
		select {
		case got <- delivery{p.TopicName, p.Payload}:
		default: // the broker does not wait for whoever only looks
		}
	})
	return got, func() error { return b.server.Unsubscribe("#", id) }, err
}

// close ends the clients itself, before the server would: the server's own list of a listener's clients locks twice for
// reading, and hangs if a client leaves in between.
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
