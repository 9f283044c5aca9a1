package inlet

// Schema returns the JSON Schema 2020-12 of the inlets of a rules file: each verifier and sender by name, with the keys
// that it needs and without those of others.
func Schema() map[string]any {
	text := map[string]any{"type": "string", "minLength": 1}
	texts := map[string]any{"anyOf": []any{text, map[string]any{"type": "array", "minItems": 1, "items": text}}}
	template := map[string]any{"anyOf": []any{text, map[string]any{
		"type": "object", "properties": map[string]any{"header": text}, "required": []string{"header"}, "additionalProperties": false,
	}}}
	said := map[string]any{
		"verify": map[string]any{"enum": verifierNames()}, "challenge": map[string]any{"enum": challengeNames()},
		"secretEnv": texts, "origins": texts, "cloudevents": map[string]any{"type": "boolean"}, "unwrap": text,
		"id": template, "type": template, "source": template, "subject": template, "time": template,
	}
	properties := make(map[string]any)
	for _, name := range keyNames() {
		properties[name] = true
		if s, ok := said[name]; ok {
			properties[name] = s
		}
	}
	var rows []any
	for _, name := range verifierNames() {
		rows = append(rows, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"verify": map[string]any{"const": name}}},
			"then": verifierSchema(verifierOf(name)),
		})
	}
	return map[string]any{"type": "object", "propertyNames": map[string]any{"pattern": "^[a-z0-9_-]{1,64}$"}, "additionalProperties": map[string]any{
		"type": "object", "properties": properties, "additionalProperties": false, "required": []string{"verify"}, "allOf": rows,
	}}
}

// verifierSchema returns the keys that a verifier requires and those that it forbids.
func verifierSchema(v *verifier) map[string]any {
	keys := v.keys
	if v.secret {
		keys = append([]key{secretKey}, keys...)
	}
	own := make(map[string]bool, len(keys))
	required := []string{}
	for _, k := range keys {
		own[k.name] = true
		if k.want != "" {
			required = append(required, k.name)
		}
	}
	foreign := make(map[string]any)
	for _, k := range append(ownKeys(), secretKey) {
		if !own[k.name] {
			foreign[k.name] = false
		}
	}
	s := map[string]any{"required": required, "properties": foreign}
	if !v.types {
		s["anyOf"] = []any{
			map[string]any{"required": []string{"type"}},
			map[string]any{"required": []string{"cloudevents"}, "properties": map[string]any{"cloudevents": map[string]any{"const": true}}},
		}
	}
	return s
}
