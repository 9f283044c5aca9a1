package core

import (
	"github.com/tidwall/gjson"
)

// A BodyText is a template over a request's body, which is $ in it: it writes an attribute of the event that an inlet
// makes. It is safe for concurrent use.
type BodyText struct{ template template }

// Render fills the template in from a body, which is JSON or empty. The error, a *fault.Error of code InvalidEvent, says
// which value is missing.
func (t *BodyText) Render(body string) (string, error) {
	v := &view{element: gjson.Parse(body)}
	text, f := t.template.append(nil, v)
	if f != nil {
		return "", invalidEvent("%s", f.Text)
	}
	return string(text), nil
}

// ReadBodyText reads a template over a request's body from a section of a rules file; nil after a mistake.
func ReadBodyText(n Node, what string) *BodyText {
	text, ok := n.m.text(n.node, what)
	if !ok {
		return nil
	}
	if text == "" {
		n.Mistake("%s is empty: leave it out, or write it", what)
	}
	t, ok := parseTemplate(text, scope{body: true}, n.Mistake)
	for i := range t.holes {
		if ok && t.holes[i].slashes {
			n.Mistake("%s: + is for topics, where it lets slashes through: leave it out", t.holes[i].text)
		}
	}
	return &BodyText{template: t}
}
