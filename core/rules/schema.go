package rules

import (
	"maps"

	"sendbridge/core/rules/pattern"
	"sendbridge/core/rules/template"
)

// Schema returns the JSON Schema 2020-12 of a rules file: the rules, and each section's schema under its key. A file that
// is valid by the schema can still have mistakes in paths and templates.
func Schema(sections map[string]any) map[string]any {
	text := map[string]any{"type": "string", "minLength": 1}
	ref := func(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }
	said := map[string]any{
		"name": text, "topic": text, "each": text, "unwrap": text,
		"pattern": ref("pattern"), "where": ref("elementPattern"), "payload": ref("payload"),
		"vars":                     map[string]any{"type": "object", "additionalProperties": ref("var")},
		"maximumEventAgeInSeconds": map[string]any{"type": "integer", "minimum": 1},
	}
	properties := make(map[string]any)
	for _, key := range ruleKeys() {
		properties[key] = true
		if s, ok := said[key]; ok {
			properties[key] = s
		}
	}
	defs := pattern.Schema()
	maps.Copy(defs, template.Schema())
	defs["rule"] = map[string]any{
		"type": "object", "properties": properties, "additionalProperties": false,
		"required": []string{"topic", "payload"}, "dependentRequired": map[string]any{"where": []string{"each"}},
	}
	top := map[string]any{"rules": map[string]any{"type": "array", "minItems": 1, "items": ref("rule")}}
	maps.Copy(top, sections)
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rules of Sendbridge", "$defs": defs,
		"type": "object", "properties": top, "required": []string{"rules"}, "additionalProperties": false,
	}
}

// ruleKeys are the keys that a rule may have.
func ruleKeys() []string {
	return []string{"name", "pattern", "vars", "unwrap", "each", "where", "topic", "payload", "maximumEventAgeInSeconds"}
}
