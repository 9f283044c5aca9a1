package bridge

import (
	"sync"
)

// inLanes calls do for each of n items, at most limit at once. Items of one lane go one after another in their order;
// those of the lane "" have no order. Once do says false, held is called for the rest of that lane instead.
func inLanes(n, limit int, lane func(i int) string, do func(i int) bool, held func(i int)) {
	slots := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for _, items := range byLane(n, lane) {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ok := true
			for _, i := range items {
				if ok {
					ok = do(i)
				} else {
					held(i)
				}
			}
		})
	}
	wg.Wait()
}

// byLane groups items by lane, in the order of each lane's first.
func byLane(n int, lane func(i int) string) [][]int {
	var lanes [][]int
	known := make(map[string]int)
	for i := range n {
		name := lane(i)
		at, ok := known[name]
		if !ok || name == "" {
			at = len(lanes)
			known[name] = at
			lanes = append(lanes, nil)
		}
		lanes[at] = append(lanes[at], i)
	}
	return lanes
}
