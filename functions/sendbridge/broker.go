package main

import (
	"io"
	"log/slog"
	"net"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
)

// A broker is where the emulator's messages go, for any MQTT client to subscribe.
type broker struct{ server *mqtt.Server }

// startBroker serves MQTT on l, to anybody.
func startBroker(l net.Listener) (broker, error) {
	server := mqtt.New(&mqtt.Options{
		InlineClient: true,
		Logger:       slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err := server.AddHook(new(auth.AllowHook), nil); err != nil {
		return broker{}, err
	}
	if err := server.AddListener(listeners.NewNet("mqtt", l)); err != nil {
		return broker{}, err
	}
	return broker{server}, server.Serve()
}

// publish hands a message to the subscribers at QoS 1, as the product is taken to do.
func (b broker) publish(topic string, payload []byte) error {
	return b.server.Publish(topic, payload, false, 1)
}

func (b broker) close() error { return b.server.Close() }
