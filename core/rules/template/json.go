package template

import (
	"encoding/json"
	"strings"

	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/internal/text"
	"sendbridge/internal/jsontext"
)

// Placeholders in a JSON template are tried out with these: no other JSON can be next to either, so that a template
// which parses with them parses with any value.
const (
	sampleText  = "x"
	sampleValue = "null"
)

// A mode says whether a template is to be JSON.
type mode uint8

const (
	byParsing mode = iota
	isJSON         // json: true
	isText         // json: false
)

// isJSON decides by parsing the template with its placeholders in place: an object, an array or a string is JSON. What
// starts as an object or an array and does not parse is a mistake, not text: no one would know until a device did.
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

// sample writes the template with a value in each placeholder's place, and says where each is and whether it is inside
// quotes.
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

// makeJSON makes the placeholders those of a JSON template: a value inside quotes is escaped, one outside must be a
// JSON value. With that no event can change the template's shape or keep the result from parsing.
func (t *template) makeJSON(complain strictyaml.Complaint) {
	sample, at, inside := t.sample()
	var ignored json.RawMessage
	if err := json.Unmarshal([]byte(sample), &ignored); err != nil {
		complain("the template is to be JSON, and is not, with null and x for values: %v in %s; if it is text, write json: false beside it", err, text.Excerpt(sample))
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
			complain("%s: stands in a name: names are the rule's own, write them out", h.text)
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

// quotedAfter says whether the end of a piece of JSON is inside a string, if its start is or isn't.
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

// isInName says whether the string that offset at of valid JSON is in is the name of an object's member.
func isInName(s string, at int) bool {
	for s[at] != '"' {
		if s[at] == '\\' {
			at++
		}
		at++
	}
	return strings.HasPrefix(strings.TrimLeft(s[at+1:], " \t\r\n"), ":")
}
