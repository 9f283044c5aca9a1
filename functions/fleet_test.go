package functions_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

func TestFleet(t *testing.T) {
	for _, test := range []struct {
		scenario
		check func(*testing.T, result)
	}{
		{scenario{"fair division, own addresses", false, brief, rated(25)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.95)
			wantBlocks(t, r, 0)
			if r.refused == 0 || r.refusedAfter > tick {
				t.Errorf("%d refused, half of them after more than %v", r.refused, r.refusedAfter)
			}
		}},
		{scenario{"no division, own addresses", false, brief, rated(250)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.80)
			wantFewThrottled(t, r)
			wantBlocks(t, r, 0)
		}},
		{scenario{"unfair division, own addresses", false, brief, rated(10, 250)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.80)
			wantBlocks(t, r, 0)
		}},
		{scenario{"unfair division, one address", true, 200 * time.Second, rated(10, 40)}, settlesDown},
		{scenario{"naive, one address", true, 2 * time.Second, naive}, func(t *testing.T, r result) {
			wantBlocks(t, r, 1)
			if r.lateGoodput != 0 {
				t.Errorf("%.1f %% of the quota delivered while the address was blocked", 100*r.lateGoodput)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := run(t, test.scenario)
			writeTable(t.Output(), r)
			if r.lost != 0 {
				t.Errorf("%d messages lost", r.lost)
			}
			keepsBooks(t, r)
			test.check(t, r)
		})
	}
}

// keepsBooks checks the simulation itself: all that was published is accounted for.
func keepsBooks(t *testing.T, r result) {
	t.Helper()
	if r.unseen != 0 || r.delivered == 0 || r.stats.Published != r.delivered+r.unsure+r.repeated {
		t.Errorf("%d published, %d of them not seen: %d delivered, %d although refused, %d repeated",
			r.stats.Published, r.unseen, r.delivered, r.unsure, r.repeated)
	}
}

func wantGoodput(t *testing.T, got, want float64) {
	t.Helper()
	if got < want {
		t.Errorf("%.1f %% of the quota delivered, want %.0f %%", 100*got, 100*want)
	}
}

// wantFewThrottled tells a fleet that slows down from one that gets its quota by hammering.
func wantFewThrottled(t *testing.T, r result) {
	t.Helper()
	if r.stats.Accepted*2 < r.stats.Requests {
		t.Errorf("%d of %d calls accepted, want half", r.stats.Accepted, r.stats.Requests)
	}
}

func wantBlocks(t *testing.T, r result, want int) {
	t.Helper()
	if len(r.blocks) != want {
		t.Errorf("%d blocks, want %d", len(r.blocks), want)
	}
}

// settlesDown wants each block to halve the rates, until they fit behind their address and are used.
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

// The simulation must see what it is there for: messages that are said to be sent and are not, or that are sent twice.
func TestFleetSeesLossesAndDuplicates(t *testing.T) {
	var lies, repeats atomic.Int64
	r := run(t, scenario{"careless", false, time.Second, func(t *testing.T, n int, transport http.RoundTripper) instance {
		i := naive(t, n, transport)
		send := i.deliver
		i.deliver = func(ctx context.Context, id string) (string, error) {
			switch id[len(id)-1] {
			case '0':
				lies.Add(1)
				return "0A", nil
			case '1':
				if _, err := send(ctx, id); err == nil {
					repeats.Add(1)
				}
			}
			return send(ctx, id)
		}
		return i
	}})
	if r.lost == 0 || r.lost != int(lies.Load()) {
		t.Errorf("%d lost, of %d", r.lost, lies.Load())
	}
	if r.repeated == 0 || r.repeated > int(repeats.Load()) {
		t.Errorf("%d repeated, of %d", r.repeated, repeats.Load())
	}
}
