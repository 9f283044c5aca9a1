package template

import (
	"encoding/json"
	"strings"

	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
	"sendbridge/internal/jsontext"
)

// A JSON template is checked with these values for its placeholders. As no other JSON can be next to either of them, a
// template that is valid with them is valid with any value.
const (
	sampleText  = "x"
	sampleValue = "null"
)

// A mode is the value of json beside a template.
type mode uint8

const (
	byParsing mode = iota
	isJSON         // json: true
	isText         // json: false
)

// isJSON reports whether the template is JSON: with sample values it must be an object, an array or a string. A template
// that starts like an object or an array and is not valid is a mistake, because as text only devices would notice it.
func (t *template) isJSON(said mode) bool {
	if said != byParsing {
		return said == isJSON
	}
	sample, _, _ := t.sample()
	sample = strings.TrimLeft(sample, " \t\r\n")
	switch {
	case strings.HasPrefix(sample, "{"), strings.HasPrefix(sample, "["):
		return true
	case strings.HasPrefix(sample, `"`):
		return jsontext.Valid(sample)
	}
	return false
}

// sample returns the template with a sample value for each placeholder, the placeholders' offsets, and which of them are
// inside quotes.
func (t *template) sample() (sample string, at []int, inside []bool) {
	var b strings.Builder
	at, inside = make([]int, len(t.Placeholders)), make([]bool, len(t.Placeholders))
	quoted := false
	for i := range t.Placeholders {
		b.WriteString(t.literals[i])
		at[i] = b.Len()
		quoted = quotedAfter(t.literals[i], quoted)
		inside[i] = quoted
		if quoted {
			b.WriteString(sampleText)
		} else {
			b.WriteString(sampleValue)
		}
	}
	b.WriteString(t.literals[len(t.Placeholders)])
	return b.String(), at, inside
}

// makeJSON makes the placeholders those of a JSON template. A value inside quotes is escaped, and a value outside quotes
// must be a JSON value. So no event can change the template's structure or make the result invalid.
func (t *template) makeJSON(complain strictyaml.Complaint) {
	sample, at, inside := t.sample()
	var ignored json.RawMessage
	if err := json.Unmarshal([]byte(sample), &ignored); err != nil {
		complain("the template must be JSON, but is not valid with null and x as values: %v in %s; if it is text, write json: false beside it", err, text.Excerpt(sample))
		return
	}
	for i := range t.Placeholders {
		h := &t.Placeholders[i]
		if !inside[i] {
			h.makeValue(complain)
			continue
		}
		h.makeEscaped()
		if isInName(sample, at[i]) {
			complain("%s: a name must not contain placeholders: write the whole name", h.text)
		}
	}
}

func (h *placeholder) makeEscaped() {
	h.escaping = insideQuotes
	h.fallback = string(text.AppendEscaped(nil, h.fallback))
}

func (h *placeholder) makeValue(complain strictyaml.Complaint) {
	h.escaping = jsonValue
	if h.hasFallback && !jsontext.Valid(h.fallback) {
		complain("%s: outside quotes the fallback must be JSON, such as :-null or :-\"text\"", h.text)
	}
	if d := h.from.otherwise; d != "" && len(h.transforms) == 0 && !text.IsJSONScalar(d) {
		complain("%s: the var's default %q is text: put the placeholder in quotes", h.text, d)
	}
}

// quotedAfter reports whether the end of a piece of JSON is inside a string. quoted is the same for its start.
func quotedAfter(piece string, quoted bool) bool {
	for i := 0; i < len(piece); i++ {
		switch {
		case piece[i] == '"':
			quoted = !quoted
		case piece[i] == '\\' && quoted:
			i++
		}
	}
	return quoted
}

// isInName reports whether the string around offset at of valid JSON is the name of an object's member.
func isInName(s string, at int) bool {
	for s[at] != '"' {
		if s[at] == '\\' {
			at++
		}
		at++
	}
	return strings.HasPrefix(strings.TrimLeft(s[at+1:], " \t\r\n"), ":")
}
