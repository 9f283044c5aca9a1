// Package template compiles the topic and the payload of a rule and renders them for events. It decides how a value is
// written at its place: in a topic level, inside a JSON string, as a JSON value, or as plain text.
package template

import (
	"strings"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/internal/strictyaml"
)

// A template is text with placeholders, ${…}, for values of an event.
type template struct {
	literals     []string // the text before, between and after the placeholders, one more than there are placeholders
	Placeholders []placeholder
	ofBody       bool // the template is a BodyText's, which has no size limit
}

// farTooLong is the length at which rendering stops. A text that is too long by less is rendered to the end, so that the
// error can say its length.
const farTooLong = 2 * MaxPayload

// parseTemplate splits text into literals and placeholders. $$ means a literal $, so $${ means a literal ${. It returns
// false after a mistake.
func parseTemplate(text string, s Scope, complain strictyaml.Complaint) (t template, ok bool) {
	var literal strings.Builder
	t.ofBody, ok = s.body, true
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

// append renders the template and appends the text to dst. It never replaces or omits a value silently. A text that is too
// long for a message is a fault. Values in o are rendered once.
func (t *template) append(dst []byte, v *cloudevent.View, o *Outside) ([]byte, *fault.Error) {
	var f *fault.Error
	for i := range t.Placeholders {
		dst = append(dst, t.literals[i]...)
		h := &t.Placeholders[i]
		if o == nil || h.ofElement() {
			dst, f = h.append(dst, v)
		} else {
			dst, f = o.append(dst, v, t, i)
		}
		if f == nil {
			f = t.tooLong(h, dst)
		}
		if f != nil {
			return dst, f
		}
	}
	return append(dst, t.literals[len(t.Placeholders)]...), nil
}

func (t *template) tooLong(h *placeholder, rendered []byte) *fault.Error {
	if t.ofBody || len(rendered) <= farTooLong {
		return nil
	}
	return SenderFault("%s: with it the text has %d bytes: a message can have at most %d", h.text, len(rendered), MaxPayload)
}
