package main

import (
	"context"
	"fmt"

	"sendbridge/functions"
)

type sendCommand struct {
	Event string `arg:"" optional:"" default:"-" help:"A file with a CloudEvent, or a JSON array of them; - reads standard input."`
}

func (c *sendCommand) Run(ctx context.Context, t terminal) error {
	config, rules, parts, err := functions.FromEnvironment(t.environ, t.err)
	if err != nil {
		return err
	}
	app, err := functions.New(config, rules, parts)
	if err != nil {
		return err
	}
	defer app.Close()
	records, err := readEvents(t, c.Event, wayIn{})
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range app.Bridge.Deliver(ctx, records) {
		for _, d := range r.Deliveries {
			if d.Err == nil {
				fmt.Fprintf(t.out, "%s %s %s\n", d.MsgID, d.Topic, d.Rule)
			}
		}
		if r.Err != nil {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d events not sent: the lines on standard error say why", failed, len(records))
	}
	return nil
}
