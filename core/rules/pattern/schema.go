package pattern

// Schema returns the JSON Schema 2020-12 of patterns, as definitions under #/$defs: pattern is over an event,
// elementPattern over an element. It has all matchers of matcherKinds.
func Schema() map[string]any {
	text := map[string]any{"type": "string"}
	texts := map[string]any{"anyOf": []any{text, map[string]any{"type": "array", "minItems": 1, "items": text}}}
	folded := map[string]any{"type": "object", "properties": map[string]any{"equals-ignore-case": texts}, "required": []string{"equals-ignore-case"}, "additionalProperties": false}
	literal := map[string]any{"type": []string{"string", "number", "boolean", "null"}}

	matchers, negated := map[string]any{}, map[string]any{}
	for _, kind := range matcherKinds() {
		switch {
		case kind.fold != nil:
			matchers[kind.name] = map[string]any{"anyOf": []any{texts, folded}}
		case kind.text != nil:
			matchers[kind.name] = texts
		default:
			matchers[kind.name] = true // its operand is defined below
		}
		if kind.text != nil && kind.name != "cidr" {
			negated[kind.name] = matchers[kind.name]
		}
	}
	matchers["exists"] = map[string]any{"type": "boolean"}
	matchers["numeric"] = map[string]any{"type": "array", "minItems": 2, "maxItems": 4, "items": map[string]any{"anyOf": []any{map[string]any{"enum": operators()}, map[string]any{"type": "number"}}}}
	matchers["anything-but"] = map[string]any{"anyOf": []any{
		literal,
		map[string]any{"type": "array", "minItems": 1, "items": literal},
		map[string]any{"type": "object", "minProperties": 1, "maxProperties": 1, "properties": negated, "additionalProperties": false},
	}}

	ref := func(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }
	values := map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"anyOf": []any{literal, ref("matcher")}}}
	names := func(or string, more map[string]any, other any) map[string]any {
		properties := map[string]any{"$or": map[string]any{"type": "array", "minItems": 2, "items": ref(or)}}
		for name, s := range more {
			properties[name] = s
		}
		return map[string]any{"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": other}
	}
	content := map[string]any{"anyOf": []any{values, ref("elementPattern")}}
	return map[string]any{
		"matcher":        map[string]any{"type": "object", "minProperties": 1, "properties": matchers, "additionalProperties": false},
		"elementPattern": names("elementPattern", nil, content),
		"pattern":        names("pattern", map[string]any{"data": content}, values),
	}
}
