package main

import (
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
	"sendbridge/functions/sendbridge/console"
)

// handOvers is a hook that records which client received which message. Inside the broker a packet carries the name of
// its publisher, which clients never see. handOvers replaces that name with the message's MsgId.
type handOvers struct {
	mqtt.HookBase
	traffic *console.Traffic
}

// named returns the packet of a message. It carries the MsgId as correlation data, which OnPublish removes.
func named(m onstest.Message) packets.Packet {
	return packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish, Qos: 1},
		TopicName:   m.Topic,
		Payload:     []byte(m.Payload),
		PacketID:    1, // the broker requires one at QoS 1
		Properties:  packets.Properties{CorrelationData: []byte(m.MsgID)},
	}
}

// Provides lists the methods below.
func (h *handOvers) Provides(event byte) bool {
	return event == mqtt.OnPublish || event == mqtt.OnPacketSent
}

// OnPublish moves the MsgId from the correlation data to the packet's origin, before the broker sends the packet to
// subscribers.
func (h *handOvers) OnPublish(from *mqtt.Client, p packets.Packet) (packets.Packet, error) {
	if from.Net.Inline {
		p.Origin, p.Properties.CorrelationData = string(p.Properties.CorrelationData), nil
	}
	return p, nil
}

// OnPacketSent records that a message was sent to a client. The broker marks a message that it kept for an offline client
// as a duplicate at the first delivery, so the mark does not say which delivery is the first.
func (h *handOvers) OnPacketSent(to *mqtt.Client, p packets.Packet, _ []byte) {
	if p.FixedHeader.Type == packets.Publish {
		h.traffic.HandedOver(p.Origin, to.ID, p.FixedHeader.Qos)
	}
}
