package main

import (
	"fmt"
	"io"
	"time"

	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/functions"
)

type renderCommand struct {
	Rules  string   `required:"" type:"path" help:"The rules file."`
	As     string   `enum:"http,lambda,fc" default:"http" help:"The way in that the events take: ${enum}."`
	Path   string   `default:"/" help:"With http, the path that the events are posted to: / or an inlet, such as /in/github. No signature is checked."`
	Header []string `sep:"none" placeholder:"NAME:VALUE" help:"With http, a header of the request, such as 'X-GitHub-Event: push'; several may be given."`
	Event  string   `arg:"" help:"A file with what comes in: a CloudEvent or a JSON array of them, the body that an inlet gets, or the payload of a trigger of lambda or fc; - reads standard input."`
}

func (c *renderCommand) Run(t terminal) error {
	config, err := functions.Check(t.environ, functions.Runtime(c.As))
	if err != nil {
		return err
	}
	rules, err := functions.RulesFile(c.Rules)
	if err != nil {
		return err
	}
	payload, err := readPayload(t, c.Event)
	if err != nil {
		return err
	}
	records, err := decodeAs(c.As, &config, payload, wayIn{rules.Inlets, c.Path, c.Header})
	if err != nil {
		return fmt.Errorf("%s: %w", c.Event, err)
	}
	if len(records) == 0 {
		fmt.Fprintln(t.out, "no events: there is nothing to send")
	}
	bad := 0
	for i := range records {
		r := &records[i]
		fmt.Fprintf(t.out, "event %d of %d", i+1, len(records))
		plans, err := rules.List.Plans(r, time.Now())
		if err != nil {
			bad++
			fmt.Fprintf(t.out, ": refused: %v\n", err)
			continue
		}
		fmt.Fprintf(t.out, ": id %s, source %s, type %s\n", r.Event.ID(), r.Event.Source(), r.Event.Type())
		if c.As != "http" {
			fmt.Fprintf(t.out, "  %s\n  came by %s\n", cloudevent.EncodeEvent(r.Event), r.Ingress)
		}
		bad += writePlans(t.out, plans)
	}
	if bad > 0 {
		return fmt.Errorf("%d refused", bad)
	}
	return nil
}

// writePlans prints what each rule makes of an event and returns how many messages are refused.
func writePlans(w io.Writer, plans []rules.Plan) (refused int) {
	for _, p := range plans {
		switch {
		case p.Mismatch != "":
			fmt.Fprintf(w, "  rule %s: no match: %s\n", p.Rule, p.Mismatch)
		case len(p.Deliveries) == 0:
			fmt.Fprintf(w, "  rule %s: matches, and each finds no element\n", p.Rule)
		default:
			fmt.Fprintf(w, "  rule %s: matches\n", p.Rule)
		}
		for _, d := range p.Deliveries {
			if d.Err != nil {
				refused++
				fmt.Fprintf(w, "    refused: %v\n", d.Err)
				continue
			}
			fmt.Fprintf(w, "    topic    %s\n    payload  %s\n", d.Topic, d.Payload)
		}
	}
	return refused
}
