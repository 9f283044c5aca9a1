package main

import (
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
	"sendbridge/functions/sendbridge/console"
)

// handOvers is a hook that tells the console which client got which message. A packet inside the broker keeps the name of
// its publisher, which clients never see: it is the message's MsgId here.
type handOvers struct {
	mqtt.HookBase
	traffic *console.Traffic
}

// named is a message's packet. Its MsgId goes as correlation data, which OnPublish takes out again.
func named(m onstest.Message) packets.Packet {
	return packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish, Qos: 1},
		TopicName:   m.Topic,
		Payload:     []byte(m.Payload),
		PacketID:    1, // the broker wants one at QoS 1
		Properties:  packets.Properties{CorrelationData: []byte(m.MsgID)},
	}
}

// Provides names the events that the hook is for.
func (h *handOvers) Provides(event byte) bool {
	return event == mqtt.OnPublish || event == mqtt.OnPacketSent
}

// OnPublish is called before a message goes to its subscribers.
func (h *handOvers) OnPublish(from *mqtt.Client, p packets.Packet) (packets.Packet, error) {
	if from.Net.Inline {
		p.Origin, p.Properties.CorrelationData = string(p.Properties.CorrelationData), nil
	}
	return p, nil
}

// OnPacketSent is called when a client was sent something.
func (h *handOvers) OnPacketSent(to *mqtt.Client, p packets.Packet, _ []byte) {
	if p.FixedHeader.Type == packets.Publish && !p.FixedHeader.Dup {
		h.traffic.HandedOver(p.Origin, to.ID, p.FixedHeader.Qos)
	}
}
