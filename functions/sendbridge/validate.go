package main

import (
	"fmt"

	"sendbridge/functions"
)

type validateCommand struct {
	File string `arg:"" help:"The rules file."`
}

func (c *validateCommand) Run(t terminal) error {
	rules, err := functions.RulesFile(c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s: %d rules, hash %s\n", c.File, len(rules.List), rules.Hash)
	return err
}
