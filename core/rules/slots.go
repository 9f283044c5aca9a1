package rules

import (
	"cmp"
	"maps"
	"slices"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/jsonpath"
)

// maxSlots limits the memory of one event for the paths that rules share: about 100 bytes a path.
const maxSlots = 64

// shareLookups gives a slot to each path that is used several times in a set of rules, so that it is looked up once an
// event. The most used paths get the first slots, because an event's memory reaches to the last slot that its rules read. A
// single rule uses a path too rarely to be worth the memory.
func shareLookups(rules []Rule) {
	if len(rules) < 2 {
		return
	}
	uses := make(map[string][]*cloudevent.Slot)
	for i := range rules {
		rules[i].eachPath(func(path string, slot *cloudevent.Slot) { uses[path] = append(uses[path], slot) })
	}
	paths := slices.SortedFunc(maps.Keys(uses), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(uses[b]), len(uses[a])), cmp.Compare(a, b))
	})
	for i, path := range paths[:min(maxSlots, len(paths))] {
		if len(uses[path]) < 2 {
			return
		}
		for _, slot := range uses[path] {
			*slot = cloudevent.Slot(i + 1)
		}
	}
}

// eachPath calls use for each path below the event's data that the rule reads.
func (r *Rule) eachPath(use func(path string, slot *cloudevent.Slot)) {
	r.pattern.EachPath(use)
	inPath := func(p *jsonpath.Path) {
		if path := p.InData(); path != "" {
			use(path, &p.Slot)
		}
	}
	for _, p := range []*jsonpath.Path{r.unwrap, r.each} {
		if p != nil {
			inPath(p)
		}
	}
	r.topic.EachPath(inPath)
	r.payload.EachPath(inPath)
}
