package template

import "sendbridge/core/internal/jsonpath"

// Required returns the paths that an event must have a value at for the topic to be rendered: those without a fallback
// or default.
func (t *Topic) Required() []jsonpath.Path { return t.required() }

// Required returns the paths that an event must have a value at for the payload to be rendered: those without a fallback
// or default.
func (p *Payload) Required() []jsonpath.Path {
	switch p.Form {
	case Original:
		return nil
	case jsonPath:
		if p.path.Element {
			return nil
		}
		return []jsonpath.Path{p.path}
	}
	return p.template.required()
}

// IsPath says whether the payload is the value at one path, null included.
func (p *Payload) IsPath() bool { return p.Form == jsonPath }

func (t *template) required() (paths []jsonpath.Path) {
	for i := range t.Placeholders {
		h := &t.Placeholders[i]
		if h.from.source == fromPath && !h.ofElement() && !h.hasFallback && h.from.otherwise == "" {
			paths = append(paths, h.from.path)
		}
	}
	return paths
}
