package send_test

import (
	"testing"
	"time"

	"sendbridge/core/send"
)

// Calls in places of the fleet are calls of the own limiter too: when the fleet is lost, no call is saved up.
func TestTheOwnLimiterCountsTheFleetsPlaces(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		admit(t, s, 1, 0)
		f.set(gone)
		through, errs := admit(t, s, 2, 0)
		for n, want := range []time.Duration{102 * ms, 204 * ms} { // at 9.8 calls a second
			if got := through[n].Truncate(ms); got != want {
				t.Errorf("call %d after %s, want %s: %v", n+1, got, want, errs)
			}
		}
	})
}

func TestAShareWithoutAnOwnLimit(t *testing.T) {
	sharing(t, 0, func(t *testing.T, s *send.Share, f *fleet) {
		for _, answer := range []func(send.Ask) (send.Lease, error){every(0), gone} {
			f.set(answer)
			if through, errs := admit(t, s, 20, 0); len(through) != 20 || through[19] != 0 {
				t.Errorf("%v, %v", through, errs)
			}
		}
		if rate := s.Rate(); rate != 0 {
			t.Errorf("alone at %v calls a second", rate)
		}
	})
}

// For a moment after the fleet is back, a caller needs both: the own limiter's turn and a place of the fleet.
func TestBothDecideAfterAnOutage(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(gone)
		admit(t, s, 1, 0)
		f.set(none(places(300 * ms)))
		if waited, err := waitFor(t, s, 5*time.Second); err != nil || waited != 300*ms {
			t.Errorf("waited %s, want until the place: %v", waited, err)
		}
		f.set(none(send.Lease{Places: []send.Place{{Until: time.Minute}}}))
		admit(t, s, 2, 0)
		waited, err := waitFor(t, s, 100*ms)
		if wantFull(t, err, 102*ms, 103*ms); waited != 0 || !s.Status().Alone {
			t.Errorf("waited %s with places, want the own limiter's error", waited)
		}
	})
}

func TestStatusOfAShare(t *testing.T) {
	for _, tt := range []struct {
		lease send.Lease
		share float64
	}{
		{send.Lease{AccountRate: 1000, AddressRate: 300, Processes: 4, Neighbours: 1}, 250},
		{send.Lease{AccountRate: 1000, AddressRate: 300, Processes: 4, Neighbours: 3}, 100},
		{send.Lease{AccountRate: 1000, AddressRate: 300, Processes: 1, Neighbours: 1}, 300},
	} {
		sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
			if st := s.Status(); st != (send.ShareStatus{}) {
				t.Errorf("before the first request: %+v", st)
			}
			tt.lease.Places = places(4*ms, 4*ms, 20*ms).Places
			f.set(none(tt.lease))
			admit(t, s, 3, 0)
			want := send.ShareStatus{AccountRate: 1000, AddressRate: 300, Processes: tt.lease.Processes, Neighbours: tt.lease.Neighbours,
				Share: tt.share, Asked: 1, Places: 3, Waits: 3, Waited: 28 * ms}
			if st := s.Status(); st != want {
				t.Errorf("got %+v, want %+v", st, want)
			}
		})
	}
}
