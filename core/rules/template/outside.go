package template

import (
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

// An Outside caches the values of placeholders that do not depend on the element of each, so that they are rendered once an
// event. The zero value is ready for one event and one template.
type Outside struct {
	whole outsideText   // a payload that does not depend on the element
	parts []outsideText // otherwise one for each placeholder
}

type outsideText struct {
	known bool
	text  string
	fault *fault.Error
}

// append writes a placeholder that does not depend on the element.
func (o *Outside) append(dst []byte, v *cloudevent.View, t *template, i int) ([]byte, *fault.Error) {
	if o.parts == nil {
		o.parts = make([]outsideText, len(t.Placeholders))
	}
	p, h := &o.parts[i], &t.Placeholders[i]
	if p.known {
		return append(dst, p.text...), p.fault
	}
	if why := v.TakeDistrust(); why != nil {
		return dst, why // keep a fault of the element itself
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
