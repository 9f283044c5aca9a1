package main

import (
	"fmt"

	"sendbridge/functions"
)

type testCommand struct {
	Cases string `arg:"" help:"The file of cases: see docs/rule-tests.md."`
}

func (c *testCommand) Run(t terminal) error {
	if _, err := functions.Check(t.environ, ""); err != nil {
		return err
	}
	file, err := readCases(c.Cases)
	if err != nil {
		return err
	}
	rules, err := functions.RulesFile(file.Rules)
	if err != nil {
		return err
	}
	failed := 0
	for _, tc := range file.Cases {
		differences, err := tc.run(rules.List, file.dir)
		switch {
		case err != nil:
			return fmt.Errorf("%s: case %q: %w", c.Cases, tc.Name, err)
		case len(differences) == 0:
			fmt.Fprintf(t.out, "ok    %s\n", tc.Name)
		default:
			failed++
			fmt.Fprintf(t.out, "FAIL  %s\n", tc.Name)
			for _, d := range differences {
				fmt.Fprintf(t.out, "      %s\n", d)
			}
		}
	}
	fmt.Fprintf(t.out, "%d passed, %d failed\n", len(file.Cases)-failed, failed)
	if failed > 0 {
		return fmt.Errorf("%d of %d cases failed", failed, len(file.Cases))
	}
	return nil
}
