//go:build soak

package functions_test

import (
	"testing"
	"time"
)

// Without a division of the quota among the instances, each finds its rate from what is throttled.
func TestSoakFleet(t *testing.T) {
	checkFleets(t, []fleetTest{
		{scenario{"no division, own addresses", false, 10 * time.Second, rated(250)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.80)
			wantFewThrottled(t, r)
			wantBlocks(t, r, 0)
		}},
		{scenario{"unfair division, own addresses", false, 10 * time.Second, rated(10, 250)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.80)
			wantBlocks(t, r, 0)
		}},
	})
}

// wantFewThrottled distinguishes a fleet that slows down from one that exceeds the quota all the time.
func wantFewThrottled(t *testing.T, r result) {
	t.Helper()
	if r.stats.Accepted*2 < r.stats.Requests {
		t.Errorf("%d of %d calls accepted, want half", r.stats.Accepted, r.stats.Requests)
	}
}

// Two blocks of a minute each and what follows: too many calls for every run.
func TestSoakFleetSettlesDown(t *testing.T) {
	settlesDown(t, observed(t, scenario{"unfair division, one address", true, 200 * time.Second, rated(10, 40)}))
}

// settlesDown checks that each block halves the rates until they fit the address's quota and use it.
func settlesDown(t *testing.T, r result) {
	wantBlocks(t, r, 2) // 1000 calls a second, then 500, then 250
	halved := make([]int, len(r.blocks))
	for n, turns := range r.rates {
		for i, turn := range turns[1:] {
			if before := turns[i].rate; turn.rate != max(1, before/2) {
				t.Errorf("instance %d: %v calls a second after %v", n, turn.rate, before)
			}
			block := -1
			for b, began := range r.blocks {
				if turn.at.After(began) {
					block = b
				}
			}
			if block != i {
				t.Errorf("instance %d: halved %d times by block %d", n, i+1, block+1)
				continue
			}
			halved[block]++
		}
	}
	for b, n := range halved {
		if n < instances*9/10 {
			t.Errorf("block %d halved %d of %d rates", b+1, n, instances)
		}
		if r.blocks[b].After(r.lastThird) {
			t.Errorf("block %d is in the last third", b+1)
		}
	}
	wantGoodput(t, r.lateGoodput, 0.70)
}
