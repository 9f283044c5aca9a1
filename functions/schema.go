package functions

import (
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
)

// RulesSchema returns the JSON Schema 2020-12 of a rules file, made from the parser's tables.
func RulesSchema() map[string]any { return rules.Schema(map[string]any{"inlets": inlet.Schema()}) }
