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

// isJSONTemplate says whether a template is to be JSON.
func isJSONTemplate(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// makeJSON makes the placeholders those of a JSON template: a value inside quotes is escaped, one outside must be a
// JSON value. With that no event can change the template's shape or keep the result from parsing.
func (t *template) makeJSON(complain strictyaml.Complaint) {
	var sample strings.Builder
	at := make([]int, len(t.Placeholders)) // where in sample
	quoted := false
	for i := range t.Placeholders {
		sample.WriteString(t.literals[i])
		at[i] = sample.Len()
		if quoted = quotedAfter(t.literals[i], quoted); quoted {
			t.Placeholders[i].makeEscaped()
			sample.WriteString(sampleText)
		} else {
			t.Placeholders[i].makeValue(complain)
			sample.WriteString(sampleValue)
		}
	}
	sample.WriteString(t.literals[len(t.Placeholders)])
	s := sample.String()
	var ignored json.RawMessage
	if err := json.Unmarshal([]byte(s), &ignored); err != nil {
		complain("a template that starts with { or [ is JSON, and this is not, with null and x for values: %v in %s", err, text.Excerpt(s))
		return
	}
	for i := range t.Placeholders {
		if t.Placeholders[i].escaping == insideQuotes && isInName(s, at[i]) {
			complain("%s: stands in a name: names are the rule's own, write them out", t.Placeholders[i].text)
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
	if d := h.from.otherwise; d != "" && !text.IsJSONScalar(d) {
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
