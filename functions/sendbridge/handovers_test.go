package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eclipse/paho.golang/paho"
)

// The console shows a device that was offline when its message was sent. It shows the device once, although the broker
// sends the message again until the device acknowledges it.
func TestTheConsoleShowsADeviceThatWasOffline(t *testing.T) {
	at := startWithConsole(t, "--rules", filepath.Join(write(t, map[string]string{"rules.yaml": doorRules}), "rules.yaml"))
	first, _ := sleeper(t, at["broker"])
	if err := first.Disconnect(&paho.Disconnect{}); err != nil {
		t.Fatal(err)
	}
	if status, body := post(t, at["events"], "application/cloudevents+json", door("1", "north")); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	if devices := devicesOf(t, at["console"]+"api/events/1"); devices != "" {
		t.Fatalf("the console shows %s, which is offline", devices)
	}
	for _, delivery := range []string{"first", "second"} {
		device, got := sleeper(t, at["broker"])
		p := <-got
		if p.Topic != "site/north/door" || p.QoS != 1 || !p.Duplicate() { // a duplicate at the first delivery, too
			t.Errorf("%s delivery: QoS %d on %s, duplicate %v", delivery, p.QoS, p.Topic, p.Duplicate())
		}
		// The broker records a message before it reads the device's next packet. It rejects this one, because the message
		// in flight has the same packet identifier.
		if answer, err := device.Subscribe(t.Context(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "another", QoS: 1}}}); answer == nil {
			t.Fatal(err)
		}
		if devices := devicesOf(t, at["console"]+"api/events/1"); devices != "sleeper " {
			t.Errorf("%s delivery: the console shows %q", delivery, devices)
		}
		if err := device.Disconnect(&paho.Disconnect{}); err != nil {
			t.Fatal(err)
		}
	}
}

// sleeper connects a device that acknowledges no message and whose session outlives its connection.
func sleeper(t *testing.T, address string) (*paho.Client, <-chan *paho.Publish) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "mqtt://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	got, hour := make(chan *paho.Publish, 16), uint32(3600)
	device := paho.NewClient(paho.ClientConfig{Conn: conn, EnableManualAcknowledgment: true, OnPublishReceived: []func(paho.PublishReceived) (bool, error){
		func(p paho.PublishReceived) (bool, error) { got <- p.Packet; return true, nil },
	}})
	c := &paho.Connect{ClientID: "sleeper", KeepAlive: 30, Properties: &paho.ConnectProperties{SessionExpiryInterval: &hour}}
	answer, err := device.Connect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if !answer.SessionPresent {
		if _, err := device.Subscribe(t.Context(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "site/north/door", QoS: 1}}}); err != nil {
			t.Fatal(err)
		}
	}
	return device, got
}

// devicesOf returns the devices that the console shows for an event's first message.
func devicesOf(t *testing.T, url string) (names string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var detail struct {
		Messages []struct {
			Devices []struct{ Client string }
		}
	}
	if err := json.Unmarshal(raw, &detail); err != nil || len(detail.Messages) != 1 {
		t.Fatalf("%v in %s", err, raw)
	}
	for _, d := range detail.Messages[0].Devices {
		names += d.Client + " "
	}
	return names
}
