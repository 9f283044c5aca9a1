package bridge

import (
	"sync"
)

// doOrdered calls do for each of n items, at most limit at once. Items with the same key are handled one after another, in
// their order; items with the key "" have no order. After do has returned false, skip is called for the remaining items of
// that key instead.
func doOrdered(n, limit int, key func(i int) string, do func(i int) bool, skip func(i int)) {
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for _, items := range groupByKey(n, key) {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ok := true
			for _, i := range items {
				if ok {
					ok = do(i)
				} else {
					skip(i)
				}
			}
		})
	}
	wg.Wait()
}

// groupByKey groups items by key, in the order of each group's first item.
func groupByKey(n int, key func(i int) string) [][]int {
	var groups [][]int
	known := make(map[string]int)
	for i := range n {
		name := key(i)
		at, ok := known[name]
		if !ok || name == "" {
			at = len(groups)
			known[name] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}
