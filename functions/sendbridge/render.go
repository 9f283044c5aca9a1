package main

import (
	"fmt"
	"io"
	"time"

	"sendbridge/core"
	"sendbridge/functions"
)

type renderCommand struct {
	Rules  string   `required:"" type:"path" help:"The rules file."`
	As     string   `enum:"http" default:"http" help:"The way in that the events take: ${enum}."`
	Path   string   `default:"/" help:"The path that the events are posted to: / or an inlet, such as /in/github. No signature is checked."`
	Header []string `sep:"none" placeholder:"NAME:VALUE" help:"A header of the request, such as 'X-GitHub-Event: push'; several may be given."`
	Event  string   `arg:"" help:"A file with a CloudEvent, a JSON array of them, or the body that an inlet gets; - reads standard input."`
}

func (c *renderCommand) Run(t terminal) error {
	rules, err := functions.RulesFile(c.Rules)
	if err != nil {
		return err
	}
	records, err := readEvents(t, c.Event, wayIn{rules.Inlets, c.Path, c.Header})
	if err != nil {
		return err
	}
	bad := 0
	for i := range records {
		r := &records[i]
		fmt.Fprintf(t.out, "event %d of %d", i+1, len(records))
		plans, err := core.Plans(rules.List, r, time.Now())
		if err != nil {
			bad++
			fmt.Fprintf(t.out, ": refused: %v\n", err)
			continue
		}
		fmt.Fprintf(t.out, ": id %s, source %s, type %s\n", r.Event.ID(), r.Event.Source(), r.Event.Type())
		bad += writePlans(t.out, plans)
	}
	if bad > 0 {
		return fmt.Errorf("%d refused", bad)
	}
	return nil
}

// writePlans prints what each rule makes of an event and returns how many messages are refused.
func writePlans(w io.Writer, plans []core.Plan) (refused int) {
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
