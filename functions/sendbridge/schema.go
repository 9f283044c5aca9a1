package main

import (
	"encoding/json"

	"sendbridge/functions"
)

type schemaCommand struct{}

func (schemaCommand) Run(t terminal) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(functions.RulesSchema())
}
