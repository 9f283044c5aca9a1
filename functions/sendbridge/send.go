package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

type sendCommand struct {
	Event string `arg:"" optional:"" default:"-" help:"A file with a CloudEvent, a JSON array of CloudEvents, or one CloudEvent per line; - reads standard input."`
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
	records, err := readEvents(t, c.Event)
	if err != nil {
		return err
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	return report(t, app.Bridge.Deliver(ctx, records))
}

// unmatched is the exit code if nothing failed but no rule matched an event.
const unmatched = 3

// report prints each MsgId. It returns an error if an event was not sent.
func report(t terminal, results []core.Result) error {
	failed, without := 0, 0
	var codes []string
	for _, r := range results {
		for _, d := range r.Deliveries {
			if d.Err == nil {
				fmt.Fprintf(t.out, "%s %s %s\n", d.MsgID, d.Topic, d.Rule)
			}
		}
		switch {
		case r.Err != nil:
			failed++
			if code := fault.Of(r.Err).Code; code != "" && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		case r.Unmatched:
			without++
			fmt.Fprintf(t.err, "not sent: no rule matches event %q of source %q and type %q; run sendbridge render to see why\n", r.Event.ID(), r.Event.Source(), r.Event.Type())
		}
	}
	switch {
	case failed > 0 && codes != nil:
		return fmt.Errorf("%d of %d events not sent (%s): the lines above say why", failed, len(results), strings.Join(codes, ", "))
	case failed > 0:
		return fmt.Errorf("%d of %d events not sent: the lines above say why", failed, len(results))
	case without > 0:
		return exitError{unmatched, fmt.Sprintf("%d of %d events not sent: no rule matches them", without, len(results))}
	}
	return nil
}

// An exitError ends a command with its own exit code.
type exitError struct {
	code int
	text string
}

func (e exitError) Error() string { return e.text }

// ExitCode returns the exit code of the program.
func (e exitError) ExitCode() int { return e.code }
