package rules

import (
	"cmp"
	"maps"
	"slices"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/jsonpath"
)

// maxSlots bounds what is kept of one event for the paths that rules share: some 100 bytes a path.
const maxSlots = 64

// shareLookups gives the paths that several uses of a set of rules share a slot each, so that an event is looked at once for all of
// them. The most used come first: what is kept reaches to the last slot that an event's rules ask for. One rule alone looks
// at a path too seldom for that to be worth the memory.
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

// eachPath calls use for each path below the event's data that the rule looks at.
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
