package pattern

import (
	"strings"

	"sendbridge/core/cloudevent"
)

// EachPath calls use for each path below data that the pattern reads, in its canonical spelling, with the slot to set for
// it. A pattern over the element of each has no such paths.
func (p *Pattern) EachPath(use func(path string, slot *cloudevent.Slot)) {
	if p != nil && !p.element {
		eachPath(p.root.fields, use)
	}
}

func eachPath(clauses []clause, use func(path string, slot *cloudevent.Slot)) {
	for i := range clauses {
		c := &clauses[i]
		if c.alternatives == nil && (strings.HasPrefix(c.path, "$.data.") || strings.HasPrefix(c.path, "$.data[")) {
			use(c.path, &c.slot)
		}
		eachPath(c.fields, use)
		for _, alternative := range c.alternatives {
			eachPath(alternative, use)
		}
	}
}
