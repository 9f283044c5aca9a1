package main

import (
	"fmt"

	"sendbridge/functions"
)

type validateCommand struct {
	File   string `arg:"" help:"The rules file; - reads standard input."`
	Strict bool   `help:"Exit with code 1 after a warning, too."`
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
	warnings := rules.List.Warnings()
	for _, w := range warnings {
		w.Text = "warning: " + w.Text
		fmt.Fprintln(t.err, w)
	}
	counted := count(rules.List.Len(), "rule")
	if n := len(rules.Inlets); n > 0 {
		counted += ", " + count(n, "inlet")
	}
	fmt.Fprintf(t.out, "%s: %s, hash %s\n", c.File, counted, rules.Hash)
	if c.Strict && len(warnings) > 0 {
		return fmt.Errorf("%s: --strict allows none", count(len(warnings), "warning"))
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}
