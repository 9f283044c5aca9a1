package template

import (
	"fmt"

	"github.com/tidwall/gjson"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// A BodyText is a template over a request: $ is its body, and headers have names of their own. An inlet writes an attribute
// of its events with it. It is safe for concurrent use.
type BodyText struct{ template template }

// Render renders the template for a body, which is JSON or empty, and headers. The error is a *fault.Error. Its code is
// InvalidEvent if a value is missing.
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

// OfHeadersAlone reports whether the template uses headers and not the body, so that its text is the same for all events of
// a request.
func (t *BodyText) OfHeadersAlone() bool {
	for i := range t.template.Placeholders {
		if t.template.Placeholders[i].from.source != fromHeader {
			return false
		}
	}
	return len(t.template.Placeholders) > 0
}

// ParseBodyText parses a template over a request that is not from a file. The error says what is wrong with it.
func ParseBodyText(text string) (*BodyText, error) {
	var wrong error
	t, ok := parseTemplate(text, Scope{body: true}, func(format string, args ...any) { wrong = fmt.Errorf(format, args...) })
	if !ok {
		return nil, wrong
	}
	return &BodyText{template: t}, nil
}

// ReadBodyText reads a template over a request from a section of a rules file. {header: NAME} means the template
// ${header.NAME}. It returns nil after a mistake.
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
			n.Mistake("%s: + is only for topics, where it allows slashes: leave it out", t.Placeholders[i].text)
		}
	}
	return &BodyText{template: t}
}
