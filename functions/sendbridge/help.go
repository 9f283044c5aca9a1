package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"sendbridge/functions"
)

// help prints kong's own text and, for the program as a whole, the exit codes and settings.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	fmt.Fprint(ctx.Stdout, `
Exit codes: 
were sent; 80 invalid command line; 128 + N after signal N. doctor has a code for each class, see docs/doctor.md.

Settings of send, doctor and the deployed handlers, from the environment. The other commands reject the same invalid values:
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
