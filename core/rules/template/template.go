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
	ofBody       bool // it is no message's, which has a limit
}

// farTooLong is from where on nothing more is made of a text. What is longer than a message by less is counted to the end,
// for the error to say by how much.
const farTooLong = 2 * MaxPayload

// parseTemplate splits text into literals and placeholders; $$ stands for a literal $, so that $${ is a literal ${. It
// returns false after a complaint.
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

// append renders the template. The text is what was appended: nothing is replaced or left out silently. Text that gets
// too long for a message is a fault. With an Outside, what it keeps is rendered once.
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
	return SenderFault("%s: with it the text has %d bytes: a message takes at most %d", h.text, len(rendered), MaxPayload)
}
