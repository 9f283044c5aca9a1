package inlet

import (
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules/template"
)

// facts are the compiled templates of a preset. The first one of an attribute that can be rendered counts.
type facts struct {
	id, kind, source, subject, time []*template.BodyText
	data                            []*template.BodyText // render base64 that becomes the data
}

// takeFrom copies the properties of a known sender to the inlet, unless its file sets them.
func (s *Spec) takeFrom(known *sender) {
	if s.Challenge == "" {
		s.Challenge = known.challenge
	}
	s.CloudEvents = s.CloudEvents || known.grid
	s.facts = facts{compiled(known.id), compiled(known.kind), compiled(known.source), compiled(known.subject), compiled(known.time), compiled(known.data)}
}

// compiled compiles templates of the table. A test checks that all of them are valid.
func compiled(texts []string) (list []*template.BodyText) {
	for _, text := range texts {
		if t, err := template.ParseBodyText(text); err == nil {
			list = append(list, t)
		}
	}
	return list
}

// fill sets the attributes that the templates can render from a request.
func (f *facts) fill(a *attributes, h cloudevent.HeaderFunc, body string) {
	for _, o := range []struct {
		from []*template.BodyText
		to   *string
	}{{f.id, &a.id}, {f.kind, &a.kind}, {f.source, &a.source}, {f.subject, &a.subject}, {f.time, &a.time}} {
		for _, t := range o.from {
			text, err := t.Render(body, h)
			if err != nil && fault.Of(err).Code != fault.CodeInvalidEvent && a.err == nil {
				a.err = err
			}
			if err == nil && text != "" {
				*o.to, a.sharedID = text, a.sharedID || o.to == &a.id && t.OfHeadersAlone()
				break
			}
		}
	}
}
