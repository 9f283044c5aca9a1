package template

// Schema returns the definitions of a rule's payload and of a var in JSON Schema 2020-12, with all forms and keys that the
// parser accepts.
func Schema() map[string]any {
	text, toggle := map[string]any{"type": "string"}, map[string]any{"type": "boolean"}
	payload := known(payloadKeys(), map[string]any{
		"jsonpath": text, "template": text, "base64": toggle, "json": toggle,
		"constant": map[string]any{"not": map[string]any{"type": "null"}},
	})
	var oneForm []any
	for _, form := range payloadForms() {
		oneForm = append(oneForm, map[string]any{"required": []string{form}})
	}
	payload["oneOf"] = oneForm
	payload["dependentRequired"] = map[string]any{"json": []string{"template"}}

	value := known(varKeys(), map[string]any{
		"path": text, "match": text, "format": map[string]any{"enum": timeFormats()},
		"default": map[string]any{"type": []string{"string", "number", "boolean"}},
	})
	value["required"] = []string{"path"}
	return map[string]any{
		"payload": map[string]any{"anyOf": []any{map[string]any{"const": "original"}, payload}},
		"var":     map[string]any{"anyOf": []any{text, value}},
	}
}

// known returns the schema of an object that has only these keys. A key that is not in said may have any value.
func known(keys []string, said map[string]any) map[string]any {
	properties := make(map[string]any, len(keys))
	for _, key := range keys {
		properties[key] = true
		if s, ok := said[key]; ok {
			properties[key] = s
		}
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}
