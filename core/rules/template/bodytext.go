package template

import (
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// A BodyText is a template over a request: its body, which is $ in it, and its headers. It writes an attribute of the event
// that an inlet makes. It is safe for concurrent use.
type BodyText struct{ template template }

// Render fills the template in from a body, which is JSON or empty, and headers. The error, a *fault.Error, is of code
// InvalidEvent if a value is missing, and of another if the body can't be trusted.
func (t *BodyText) Render(body string, header cloudevent.HeaderFunc) (string, error) {
	v := &cloudevent.View{Element: gjson.Parse(body), Header: header}
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

// OfHeadersAlone says whether the template looks at no body, so that it gives the same for all events of a request.
func (t *BodyText) OfHeadersAlone() bool {
	for i := range t.template.Placeholders {
		if t.template.Placeholders[i].from.source != fromHeader {
			return false
		}
	}
	return len(t.template.Placeholders) > 0
}

// ParseBodyText returns a template over a request that stands in no file. The error says what is wrong with it.
func ParseBodyText(text string) (*BodyText, error) {
	var wrong error
	t, ok := parseTemplate(text, Scope{body: true}, func(format string, args ...any) { wrong = fmt.Errorf(format, args...) })
	if !ok {
		return nil, wrong
	}
	return &BodyText{template: t}, nil
}

// ReadBodyText reads a template over a request from a section of a rules file; nil after a mistake. {header: NAME} stands for
// the template ${header.NAME}.
func ReadBodyText(n strictyaml.Node, what string) *BodyText {
	if n.IsMapping() {
		return readHeaderText(n)
	}
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
