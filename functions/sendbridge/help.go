package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"sendbridge/functions"
)

// help adds the settings to kong's own text for the program as a whole.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	fmt.Fprint(ctx.Stdout, "\nSettings of send, doctor and the deployed handlers, from the environment. The other commands refuse what these refuse:\n")
	return functions.WriteSettings(ctx.Stdout)
}

type versionCommand struct{}

func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintln(t.out, functions.Version())
	return err
}
