package template

import "sendbridge/core/internal/jsonpath"

// EachPath calls use for the path of each placeholder in the topic.
func (t *Topic) EachPath(use func(*jsonpath.Path)) { t.eachPath(use) }

// EachPath calls use for each path that the payload reads.
func (p *Payload) EachPath(use func(*jsonpath.Path)) {
	if p.Form == jsonPath {
		use(&p.path)
	}
	p.template.eachPath(use)
}

func (t *template) eachPath(use func(*jsonpath.Path)) {
	for i := range t.Placeholders {
		if from := t.Placeholders[i].from; from.source == fromPath {
			use(&from.path)
		}
	}
}
