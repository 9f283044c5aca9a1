package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"sendbridge/functions"
)

// help adds the settings and exit codes to kong's own text for the program as a whole.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	fmt.Fprint(ctx.Stdout, `
Exit codes: 0 done; 1 something is wrong, or an event was not sent; 3 send, replay: no rule matches an event, the others were sent;
80 the command line is wrong; 128 and its number after a signal. doctor has a code for each class, see docs/doctor.md.

Settings of send, doctor and the deployed handlers, from the environment. The other commands refuse what these refuse:
`)
	return functions.WriteSettings(ctx.Stdout)
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command."`
}

func (c *helpCommand) Run(k *kong.Kong) error {
	_, err := k.Parse(append(c.Command, "--help")) // which prints the help and exits
	return err
}

type versionCommand struct{}

func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintln(t.out, functions.Version())
	return err
}
