package main

import (
	"strings"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"sendbridge/core/onstest"
)

// devices is a hook that makes the broker treat its clients as the product does.
type devices struct {
	mqtt.HookBase
	server *mqtt.Server
	check  func(clientID, user, password string) error // nil accepts every client
}

// ID names the hook in the broker.
func (*devices) ID() string { return "devices" }

// Provides lists the methods below.
func (*devices) Provides(method byte) bool {
	return method == mqtt.OnConnectAuthenticate || method == mqtt.OnACLCheck || method == mqtt.OnPacketEncode
}

// OnConnectAuthenticate asks check.
func (d *devices) OnConnectAuthenticate(c *mqtt.Client, p packets.Packet) bool {
	return d.check == nil || d.check(c.ID, string(p.Connect.Username), string(p.Connect.Password)) == nil
}

// OnACLCheck allows every topic.
func (*devices) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// OnPacketEncode subscribes a client to its P2P topics when the broker encodes its CONNACK. By then the client has
// inherited its session, and it misses no message that follows the CONNACK.
func (d *devices) OnPacketEncode(c *mqtt.Client, p packets.Packet) packets.Packet {
	connected := p.FixedHeader.Type == packets.Connack && p.ReasonCode == packets.CodeSuccess.Code
	if connected && onstest.IsClientID(c.ID) && !strings.ContainsAny(c.ID, "+#") { // no topic can contain these
		s := packets.Subscription{Filter: "+/p2p/" + c.ID, Qos: 1}
		d.server.Topics.Subscribe(c.ID, s)
		c.State.Subscriptions.Add(s.Filter, s) // the session's end removes it
	}
	return p
}
