package main

import (
	"fmt"

	"sendbridge/functions"
)

type validateCommand struct {
	File string `arg:"" help:"The rules file; - reads standard input."`
}

func (c *validateCommand) Run(t terminal) error {
	if _, err := functions.Check(t.environ, ""); err != nil {
		return err
	}
	src, err := t.read(c.File)
	if err != nil {
		return err
	}
	rules, err := functions.ParseRules(c.File, src)
	if err != nil {
		return err
	}
	count := "1 rule"
	if n := rules.List.Len(); n != 1 {
		count = fmt.Sprint(n, " rules")
	}
	switch n := len(rules.Inlets); n {
	case 0:
	case 1:
		count += ", 1 inlet"
	default:
		count += fmt.Sprint(", ", n, " inlets")
	}
	_, err = fmt.Fprintf(t.out, "%s: %s, hash %s\n", c.File, count, rules.Hash)
	return err
}
