package main

import (
	"context"
	"fmt"

	"sendbridge/core/rules"
	"sendbridge/functions"
	"sendbridge/functions/doctor"
)

type doctorCommand struct {
	Topic string `help:"Send one message to this topic. Without it, doctor sends none." placeholder:"TOPIC"`
	JSON  bool   `name:"json" help:"Write the report as JSON."`
}

func (c *doctorCommand) Run(ctx context.Context, t terminal) error {
	if c.Topic != "" {
		if err := rules.CheckTopic(c.Topic); err != nil {
			return fmt.Errorf("--topic: %w", err)
		}
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	r := functions.Doctor(ctx, t.environ, c.Topic)
	if err := c.write(t, r); err != nil {
		return err
	}
	if worst, failed := r.Worst(); failed {
		return exitError{r.ExitCode(), "doctor found a fault of class " + r.Class() + ": see " + worst.Name}
	}
	return nil
}

func (c *doctorCommand) write(t terminal, r doctor.Report) error {
	if c.JSON {
		_, err := fmt.Fprintf(t.out, "%s\n", r.JSON())
		return err
	}
	_, err := r.WriteTo(t.out)
	return err
}
