package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// sampleEvent is the event that dev sends when it starts, if the rules make messages of it.
const sampleEvent = `{"specversion":"1.0","id":"1","source":"/front-door","type":"com.example.door","data":{"open":true}}`

// takesSample reports whether the rules in force would send the sample event.
func (d *stack) takesSample() bool {
	records, err := wayIn{}.decode([]byte(sampleEvent))
	if err != nil {
		return false
	}
	plans, err := d.app.Rules().List.Plans(&records[0], time.Now())
	if err != nil {
		return false
	}
	sends := false
	for _, p := range plans {
		for i := range p.Deliveries {
			if p.Deliveries[i].Err != nil {
				return false
			}
			sends = true
		}
	}
	return sends
}

// aboutSample returns a hint for users whose rules do not send the sample event.
func (d *stack) aboutSample() string {
	if d.takesSample() {
		return ""
	}
	return " (change it first: " + d.app.Rules().From + " would not send this event, so dev did not send it as a sample either)"
}

// sample posts the sample event to the HTTP handler and prints the message that a device received.
func (d *stack) sample(ctx context.Context, t terminal) error {
	messages, end, err := d.broker.subscribe()
	if err != nil {
		return err
	}
	defer end()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.http.Addr().String()+"/", strings.NewReader(sampleEvent))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/cloudevents+json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the HTTP handler answered the sample event with %s", answer.Status)
	}
	select {
	case m := <-messages:
		fmt.Fprintf(t.out, "a device received on %s: %s\n", m.topic, m.payload)
	case <-time.After(5 * time.Second):
		fmt.Fprintln(t.out, "the sample event reached no device within 5 seconds")
	case <-ctx.Done():
	}
	return nil
}
