package main

import (
	"errors"
	"fmt"
	"time"

	"sendbridge/functions"
)

type renderCommand struct {
	Rules  string   `required:"" type:"path" help:"The rules file."`
	As     string   `enum:"http,lambda,fc" default:"http" help:"How the events arrive: ${enum}."`
	Path   string   `help:"With http, the path that the events are posted to: / (the default) or an inlet, such as /in/github. No signature is checked."`
	Inlet  string   `placeholder:"NAME" help:"With http, the inlet that receives the body: --inlet github means --path /in/github."`
	Header []string `sep:"none" placeholder:"NAME:VALUE" help:"With http, a header of the request, such as 'X-GitHub-Event: push'. Repeat it for several."`
	JSON   bool     `name:"json" help:"Write the events and their messages as JSON."`
	Event  string   `arg:"" help:"The input file: a CloudEvent, a JSON array of CloudEvents, the body of a webhook, or the payload of a trigger of lambda or fc; - reads standard input."`
}

func (c *renderCommand) Run(t terminal) error {
	if c.Inlet != "" && c.Path == "" {
		c.Path, c.Inlet = "/in/"+c.Inlet, ""
	}
	if err := c.checkFlags(); err != nil {
		return err
	}
	config, err := functions.Check(t.environ, functions.Runtime(c.As))
	if err != nil {
		return err
	}
	rules, err := functions.RulesFile(c.Rules)
	if err != nil {
		return err
	}
	payload, err := t.read(c.Event)
	if err != nil {
		return err
	}
	records, err := decodeAs(c.As, &config, payload, wayIn{rules.Inlets, c.Path, c.Header})
	if err != nil {
		return fmt.Errorf("%s: %w", c.Event, err)
	}
	now := time.Now()
	rendered := make([]renderedEvent, len(records))
	bad := 0
	for i := range records {
		rendered[i] = renderEvent(rules.List, &records[i], now)
		bad += rendered[i].refused()
	}
	if err := c.write(t, rendered); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d refused", bad)
	}
	return nil
}

// checkFlags rejects flags that would have no effect.
func (c *renderCommand) checkFlags() error {
	if c.Inlet != "" {
		return errors.New("--inlet and --path both name the path: leave one out")
	}
	switch {
	case c.As == string(functions.OnServer):
		return nil
	case c.Path != "":
		return fmt.Errorf("--path %q needs --as http: %s has no paths, leave it out", c.Path, c.As)
	case c.Header != nil:
		return fmt.Errorf("--header %q needs --as http: %s passes no headers beside its payload, leave it out", c.Header[0], c.As)
	}
	return nil
}
