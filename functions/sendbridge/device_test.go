package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/eclipse/paho.golang/paho"
)

// A device is an MQTT client that has subscribed to every topic.
type device struct {
	client   *paho.Client
	messages chan *paho.Publish
}

// connectDevice subscribes at the broker at address.
func connectDevice(ctx context.Context, address string) (*device, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	d := &device{messages: make(chan *paho.Publish, 16)}
	d.client = paho.NewClient(paho.ClientConfig{
		Conn: conn,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			d.messages <- p.Packet
			return true, nil
		}},
	})
	if _, err := d.client.Connect(ctx, &paho.Connect{ClientID: "sendbridge-sample", CleanStart: true, KeepAlive: 30}); err != nil {
		return nil, fmt.Errorf("broker at %s: %w", address, err)
	}
	_, err = d.client.Subscribe(ctx, &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: "#", QoS: 1}}})
	return d, err
}

// receive waits for the next message.
func (d *device) receive(ctx context.Context) (*paho.Publish, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case p := <-d.messages:
		return p, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("no message at the device: %w", ctx.Err())
	}
}

func (d *device) disconnect() error {
	return d.client.Disconnect(&paho.Disconnect{})
}
