package template

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// A BodyText is a template over a request's body, which is $ in it: it writes an attribute of the event that an inlet
// makes. It is safe for concurrent use.
type BodyText struct{ template template }

// Render fills the template in from a body, which is JSON or empty. The error, a *fault.Error, is of code InvalidEvent
// if a value is missing, and of another if the body can't be trusted.
func (t *BodyText) Render(body string) (string, error) {
	v := &cloudevent.View{Element: gjson.Parse(body)}
	text, f := t.template.append(nil, v, nil)
	if why := v.TakeDistrust(); why != nil {
		return "", why
	}
	if f != nil && f.Code != "" {
		return "", f
	}
	if f != nil {
		return "", cloudevent.InvalidEvent("%s", f.Text)
	}
	return string(text), nil
}

// ReadBodyText reads a template over a request's body from a section of a rules file; nil after a mistake.
func ReadBodyText(n strictyaml.Node, what string) *BodyText {
	text, ok := n.M.Text(n.Node, what)
	if !ok {
		return nil
	}
	if text == "" {
		n.Mistake("%s is empty: leave it out, or write it", what)
	}
	t, ok := parseTemplate(text, Scope{body: true}, n.Mistake)
	for i := range t.Placeholders {
		if ok && t.Placeholders[i].slashes {
			n.Mistake("%s: + is for topics, where it lets slashes through: leave it out", t.Placeholders[i].text)
		}
	}
	return &BodyText{template: t}
}
