package main

import (
	"fmt"
	"time"

	"sendbridge/functions"
)

type testCommand struct {
	Cases string `arg:"" help:"The file of cases (docs/rule-tests.md); - reads standard input."`
	JUnit string `name:"junit" type:"path" placeholder:"FILE" help:"Also write the results as JUnit XML, for CI."`
}

func (c *testCommand) Run(t terminal) error {
	if _, err := functions.Check(t.environ, ""); err != nil {
		return err
	}
	src, err := t.read(c.Cases)
	if err != nil {
		return err
	}
	file, err := parseCases(c.Cases, src)
	if err != nil {
		return err
	}
	rules, err := functions.RulesFile(file.Rules)
	if err != nil {
		return err
	}
	outcomes := make([]caseOutcome, len(file.Cases))
	failed := 0
	for i := range file.Cases {
		tc := &file.Cases[i]
		began := time.Now()
		differences, err := tc.run(rules.List, file.dir)
		if err != nil {
			return placed(c.Cases, misplaced{tc.at, fmt.Sprintf("case %q: %v", tc.Name, err)})
		}
		outcomes[i] = caseOutcome{tc, differences, time.Since(began)}
		if len(differences) > 0 {
			failed++
		}
		outcomes[i].writeTo(t.out, c.Cases)
	}
	fmt.Fprintf(t.out, "%d passed, %d failed\n", len(file.Cases)-failed, failed)
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, c.Cases, outcomes); err != nil {
			return fmt.Errorf("--junit: %w", err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d cases failed", failed, len(file.Cases))
	}
	return nil
}
