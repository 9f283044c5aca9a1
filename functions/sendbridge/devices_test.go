package main

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/eclipse/paho.golang/paho"

	"sendbridge/core/onstest"
)

// connectAs connects a device without a subscription and returns the channel of its messages.
func connectAs(t *testing.T, address string, c *paho.Connect) (*paho.Client, <-chan *paho.Publish, error) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "mqtt://"))
	if err != nil {
		t.Fatal(err)
	}
	return connectOver(t, conn, c)
}

// connectOver does so over conn.
func connectOver(t *testing.T, conn net.Conn, c *paho.Connect) (*paho.Client, <-chan *paho.Publish, error) {
	got := make(chan *paho.Publish, 16)
	client := paho.NewClient(paho.ClientConfig{Conn: conn, OnPublishReceived: []func(paho.PublishReceived) (bool, error){
		func(p paho.PublishReceived) (bool, error) {
			if !p.Packet.Duplicate() { // a resumed session repeats unacknowledged messages
				got <- p.Packet
			}
			return true, nil
		},
	}})
	c.KeepAlive = 30
	_, err := client.Connect(t.Context(), c)
	t.Cleanup(func() { conn.Close() })
	return client, got, err
}

// A device receives the messages to its client ID, and no others, without subscribing. This holds when another
// connection takes over its client ID, and when its session resumes.
func TestDevicesGetWhatIsSentToThemAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		b, err := startBroker(l)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.close() }) // after the clients' connections, which the broker waits for
		last, expiry := 0, uint32(3600)
		check := func(name string, client *paho.Client, got <-chan *paho.Publish) {
			t.Helper()
			last++
			want := string(rune('a' + last))
			for topic, payload := range map[string]string{
				"vend/p2p/GID_vend@@@machine2": "another's", "vend/p2p/GID_vend@@@machine1/x": "deeper", "vend/x/p2p/GID_vend@@@machine1": "elsewhere",
				"p2p/GID_vend@@@machine1": "no parent", "vend/GID_vend@@@machine1": "no p2p",
			} {
				if err := b.publish(onstest.Message{Topic: topic, Payload: payload}); err != nil {
					t.Fatal(err)
				}
			}
			if err := b.publish(onstest.Message{Topic: "vend/p2p/GID_vend@@@machine1", Payload: want}); err != nil {
				t.Fatal(err)
			}
			select {
			case p := <-got:
				if string(p.Payload) != want || p.Topic != "vend/p2p/GID_vend@@@machine1" || p.QoS != 1 {
					t.Errorf("%s: got %s on %s, QoS %d", name, p.Payload, p.Topic, p.QoS)
				}
			case <-client.Done():
				t.Errorf("%s: disconnected", name)
			}
		}
		connect := func(c paho.Connect) (*paho.Client, <-chan *paho.Publish) {
			c.ClientID = "GID_vend@@@machine1"
			client, got, err := connectOver(t, l.dial(), &c)
			if err != nil {
				t.Fatal(err)
			}
			return client, got
		}
		first, got := connect(paho.Connect{CleanStart: true})
		check("first", first, got)
		second, got := connect(paho.Connect{CleanStart: true})
		check("taken over", second, got)
		third, got := connect(paho.Connect{CleanStart: false, Properties: &paho.ConnectProperties{SessionExpiryInterval: &expiry}})
		check("session begun", third, got)
		if err := third.Disconnect(&paho.Disconnect{}); err != nil {
			t.Fatal(err)
		}
		fourth, got := connect(paho.Connect{CleanStart: false, Properties: &paho.ConnectProperties{SessionExpiryInterval: &expiry}})
		check("session resumes", fourth, got)
		synctest.Wait() // mochi rejects a packet ID that it uses itself for a message that is not acknowledged
		if _, err := fourth.Subscribe(t.Context(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "vend/p2p/GID_vend@@@machine1", QoS: 1}}}); err != nil {
			t.Fatal(err)
		}
		check("subscribed as well", fourth, got)
		check("once each", fourth, got)
	})
}

// A client ID is never a pattern: a device whose ID contains wildcards receives no other device's messages.
func TestAClientIDIsNoPattern(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b, err := startBroker(l)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	for _, id := range []string{"GID_a@@@/#", "GID_a@@@/+", "+/@@@x", "device1"} {
		if _, _, err := connectAs(t, l.Addr().String(), &paho.Connect{ClientID: id, CleanStart: true}); err != nil {
			t.Fatal(err)
		}
		c, ok := b.server.Clients.Get(id)
		if !ok || c.State.Subscriptions.Len() != 0 {
			t.Errorf("%s is subscribed", id)
		}
	}
}

// With --auth a device connects only with the credentials that the product requires.
func TestDevAcceptsDevicesThatAuthenticate(t *testing.T) {
	said := devAddresses(t, "--auth")
	const id, user = "GID_dev@@@1", "Signature|emulator|post-cn-emulator"
	password := onstest.DevicePassword(id, "emulator-secret")
	for name, test := range map[string]struct {
		id, user, password string
		admitted           bool
	}{
		"signed":           {id, user, password, true},
		"another device's": {"GID_dev@@@2", user, password, false},
		"wrong password":   {id, user, "guess", false},
		"wrong user":       {id, "Signature|nobody|post-cn-emulator", password, false},
		"no login":         {id, "", "", false},
		"odd client id":    {"dev1", user, onstest.DevicePassword("dev1", "emulator-secret"), false},
	} {
		_, _, err := connectAs(t, said["broker"], &paho.Connect{ClientID: test.id, CleanStart: true, Username: test.user, UsernameFlag: test.user != "",
			Password: []byte(test.password), PasswordFlag: test.password != ""})
		if (err == nil) != test.admitted {
			t.Errorf("%s: %v", name, err)
		}
	}
	open := devAddresses(t)
	if _, _, err := connectAs(t, open["broker"], &paho.Connect{ClientID: "anybody", CleanStart: true}); err != nil {
		t.Errorf("without --auth: %v", err)
	}
}
