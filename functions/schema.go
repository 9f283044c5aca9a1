package functions

import (
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
)

// RulesSchema is a rules file in JSON Schema 2020-12, made from the tables that the parser reads by.
func RulesSchema() map[string]any { return rules.Schema(map[string]any{"inlets": inlet.Schema()}) }
