package functions_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

// A fleetTest is a scenario and what its result must be.
type fleetTest struct {
	scenario
	check func(*testing.T, result)
}

// TestSoakFleet has the scenarios that take longer.
func TestFleet(t *testing.T) {
	checkFleets(t, []fleetTest{
		{scenario{"fair division, own addresses", false, 2 * time.Second, rated(25)}, func(t *testing.T, r result) {
			wantGoodput(t, r.goodput, 0.95)
			wantBlocks(t, r, 0)
			if r.refused == 0 || r.refusedAfter > tick {
				t.Errorf("%d refused, half of them after more than %v", r.refused, r.refusedAfter)
			}
		}},
		{scenario{"one Redis, own addresses", false, 2 * time.Second, sharing("")}, func(t *testing.T, r result) {
			wantGoodput(t, r.lateGoodput, 0.98)
			wantNoneTooMany(t, r, r.stats.Peak.Account)
		}},
		{scenario{"one Redis, one address", true, 2 * time.Second, sharing("nat")}, func(t *testing.T, r result) {
			wantGoodput(t, r.lateGoodput, 0.96)
			wantNoneTooMany(t, r, r.peakOfAddress())
		}},
		{scenario{"naive, one address", true, 1500 * time.Millisecond, naive}, func(t *testing.T, r result) {
			wantBlocks(t, r, 1)
			if r.lateGoodput != 0 {
				t.Errorf("%.1f %% of the quota delivered while the address was blocked", 100*r.lateGoodput)
			}
		}},
	})
}

func checkFleets(t *testing.T, tests []fleetTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.check(t, observed(t, test.scenario))
		})
	}
}

// observed returns the result of a scenario and checks that nothing was lost.
func observed(t *testing.T, s scenario) result {
	t.Helper()
	r := run(t, s)
	writeTable(t.Output(), r)
	if r.lost != 0 {
		t.Errorf("%d messages lost", r.lost)
	}
	keepsBooks(t, r)
	return r
}

// keepsBooks checks the simulation itself: every published message is accounted for.
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

// wantNoneTooMany wants the quota kept in every second, with not one call refused.
func wantNoneTooMany(t *testing.T, r result, peak int) {
	t.Helper()
	wantBlocks(t, r, 0)
	if peak > r.quota() || r.stats.Accepted != r.stats.Requests {
		t.Errorf("%d calls in a second, of %d; %d of %d calls accepted", peak, r.quota(), r.stats.Accepted, r.stats.Requests)
	}
}

func wantBlocks(t *testing.T, r result, want int) {
	t.Helper()
	if len(r.blocks) != want {
		t.Errorf("%d blocks, want %d", len(r.blocks), want)
	}
}

// The simulation must detect messages that were reported as sent but are not, and messages that were sent twice.
func TestFleetSeesLossesAndDuplicates(t *testing.T) {
	var lies, repeats atomic.Int64
	r := run(t, scenario{"careless", false, 300 * time.Millisecond, func(t *testing.T, n int, p place) instance {
		i := naive(t, n, p)
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
