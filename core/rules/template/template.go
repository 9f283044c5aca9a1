// Package template compiles what a rule makes of an event, its topic and its payload, and renders it. It knows which
// text a value may become in its place: a level of a topic, the inside of a JSON string, a JSON value, or plain text.
package template

import (
	"strings"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/strictyaml"
)

// A template is text with placeholders, ${…}, for values of an event.
type template struct {
	literals     []string // what stands before, between and after the placeholders: one more than there are of them
	Placeholders []placeholder
}

// parseTemplate splits text into literals and placeholders; $$ stands for a literal $, so that $${ is a literal ${. It
// returns false after a complaint.
func parseTemplate(text string, s Scope, complain strictyaml.Complaint) (t template, ok bool) {
	var literal strings.Builder
	ok = true
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			literal.WriteString(text)
			t.literals = append(t.literals, literal.String())
			return t, ok && !t.hasForeign(s, complain)
		}
		literal.WriteString(text[:at])
		text = text[at:]
		if !strings.HasPrefix(text, "${") {
			literal.WriteByte('$')
			text = strings.TrimPrefix(text[1:], "$")
			continue
		}
		h, rest, err := cutPlaceholder(text, s)
		if err != nil {
			complain("%v", err)
			ok = false
			_, text, _ = strings.Cut(text, "}")
			continue
		}
		t.literals = append(t.literals, literal.String())
		t.Placeholders = append(t.Placeholders, h)
		literal.Reset()
		text = rest
	}
}

// append renders the template. The text is what was appended: nothing is replaced or left out silently.
func (t *template) append(dst []byte, v *cloudevent.View) ([]byte, *fault.Error) {
	var f *fault.Error
	for i := range t.Placeholders {
		dst = append(dst, t.literals[i]...)
		if dst, f = t.Placeholders[i].append(dst, v); f != nil {
			return dst, f
		}
	}
	return append(dst, t.literals[len(t.Placeholders)]...), nil
}
