package template

import (
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// An Outside keeps what a rule's template takes from outside an element of each. That is the same for each element of the
// event, and is rendered once. The zero value is ready for one event and one template.
type Outside struct {
	whole outsideText   // of a payload that takes nothing from an element
	parts []outsideText // of each placeholder otherwise
}

type outsideText struct {
	known bool
	text  string
	fault *fault.Error
}

// append writes a placeholder that takes nothing from an element.
func (o *Outside) append(dst []byte, v *cloudevent.View, t *template, i int) ([]byte, *fault.Error) {
	if o.parts == nil {
		o.parts = make([]outsideText, len(t.Placeholders))
	}
	p, h := &o.parts[i], &t.Placeholders[i]
	if p.known {
		return append(dst, p.text...), p.fault
	}
	if why := v.TakeDistrust(); why != nil {
		return dst, why // what another placeholder has found in the element is no fault of the others
	}
	from := len(dst)
	dst, p.fault = h.append(dst, v)
	if why := v.TakeDistrust(); why != nil {
		p.fault = why
	}
	if p.fault == nil {
		p.fault = t.tooLong(h, dst[from:])
	}
	if p.known = true; p.fault == nil {
		p.text = string(dst[from:])
	}
	return dst, p.fault
}

func (h *placeholder) ofElement() bool {
	return h.from.source == fromIndex || h.from.source == fromPath && h.from.path.Element
}

func (p *Payload) ofElement() bool {
	switch p.Form {
	case Original:
		return false
	case jsonPath:
		return p.path.Element
	}
	for i := range p.template.Placeholders {
		if p.template.Placeholders[i].ofElement() {
			return true
		}
	}
	return false
}
