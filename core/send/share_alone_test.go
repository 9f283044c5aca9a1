package send_test

import (
	"testing"
	"time"

	"sendbridge/core/send"
)

// When the fleet is lost, no process has calls of its own limiter saved up: all processes would make them at once, in a second
// in which they may have used the whole quota.
func TestNoCallIsSavedUpWhenTheFleetIsLost(t *testing.T) {
	for _, tt := range []struct {
		perSecond   int
		idle, first time.Duration
	}{
		{10, 0, 102 * ms}, // at 9.8 calls a second
		{10, 50 * ms, 102 * ms},
		{10, time.Minute, 102 * ms},
		{300, time.Minute, 3 * ms}, // at 291
	} {
		sharing(t, tt.perSecond, func(t *testing.T, s *send.Share, f *fleet) {
			admit(t, s, 1, 0)
			time.Sleep(tt.idle)
			f.set(gone)
			through, errs := admit(t, s, 2, 0)
			for n := range 2 {
				if got, want := through[n], time.Duration(n+1)*tt.first; got.Truncate(ms) != want {
					t.Errorf("%d a second, idle for %s: call %d after %s, want %s: %v", tt.perSecond, tt.idle, n+1, got, want, errs)
				}
			}
		})
	}
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
