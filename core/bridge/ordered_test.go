package bridge

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Ten items of a second each take four seconds if three run at once.
func TestOrderedLimit(t *testing.T) {
	for limit, took := range map[int]time.Duration{1: 10 * time.Second, 3: 4 * time.Second, 10: time.Second, 11: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			now, most := 0, 0
			began := time.Now()
			doOrdered(10, limit, func(i int) string { return strconv.Itoa(i) }, func(int) bool {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				now--
				mu.Unlock()
				return true
			}, func(i int) { t.Errorf("item %d was skipped", i) })
			if most != min(limit, 10) || time.Since(began) != took {
				t.Errorf("limit %d: %d at once, in %s", limit, most, time.Since(began))
			}
		})
	}
}

func TestGroupByKey(t *testing.T) {
	keys := []string{"a", "", "b", "a", "", "b", "c"}
	got := groupByKey(len(keys), func(i int) string { return keys[i] })
	want := [][]int{{0, 3}, {1}, {2, 5}, {4}, {6}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
}
