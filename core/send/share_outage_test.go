package send_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/send"
)

// Without the fleet, the own limiter decides. When the fleet answers again, both decide for a moment, and then only the
// fleet, also for callers that still wait for the own limiter.
func TestWithoutTheFleetTheOwnLimiterDecides(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(gone)
		through, errs := admit(t, s, 12, 0)
		if len(errs) != 0 || through[11] < time.Second || !s.Status().Alone || s.Rate() != 10 {
			t.Errorf("%v, %v, %+v at %v", through, errs, s.Status(), s.Rate())
		}
		began := time.Now()
		time.AfterFunc(time.Second, func() { f.set(every(0)) })
		var mu sync.Mutex
		var times []time.Duration
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				if err := s.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				times = append(times, time.Since(began))
			})
		}
		time.Sleep(1100 * time.Millisecond)
		s.Wait(t.Context()) // makes a request to the fleet
		wg.Wait()
		slices.Sort(times)
		if alone := times[15]; alone < 1500*time.Millisecond || times[99] > 4*time.Second {
			t.Errorf("the sixteenth after %v, the last after %v: %v", alone, times[99], times)
		}
		if s.Status().Alone || s.Rate() != 300 {
			t.Errorf("%+v, %v", s.Status(), s.Rate())
		}
	})
}

// A fleet that answers only once does not end the time without it.
func TestSingleAnswerDoesNotEndTheOutage(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(gone)
		admit(t, s, 1, 0)
		f.set(every(0))
		admit(t, s, 1, 0)
		f.set(gone)
		admit(t, s, 1, 0)
		time.Sleep(time.Minute)
		began := time.Now()
		admit(t, s, 12, 0)
		if took := time.Since(began); !s.Status().Alone || took < time.Second {
			t.Errorf("%+v, twelve in %v", s.Status(), took)
		}
	})
}

// Places from before the fleet lost its memory are invalid, because it grants the same ones again.
func TestPlacesOfALostMemoryAreVoid(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(none(send.Lease{Born: 1, Places: []send.Place{{Until: time.Second},
			{From: 30 * time.Second, Until: 31 * time.Second}, {From: 30*time.Second + 5*time.Millisecond, Until: 31 * time.Second}}}))
		admit(t, s, 1, 0)
		f.set(func(a send.Ask) (send.Lease, error) {
			l, err := every(0)(a)
			l.Born = 2
			for i := range l.Places {
				l.Places[i].From, l.Places[i].Until = 5*time.Second, 6*time.Second
			}
			return l, err
		})
		through, errs := admit(t, s, 3, 0)
		if through[0] != 30*time.Second || through[1] != 35*time.Second || through[2] != 40*time.Second {
			t.Errorf("%v, %v", through, errs)
		}
		if st := s.Status(); st.Lapsed != 1 {
			t.Errorf("%+v", st)
		}
	})
}

// The process that tests a blocked address reports success at once. The others make no requests meanwhile.
func TestOneProcessTestsABlockedAddress(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(none(send.Lease{Blocked: true, Wait: 8 * time.Second}))
		_, errs := admit(t, s, 5, 30*time.Second)
		for _, err := range errs {
			if got := fault.Of(err); got.Code != fault.CodeAddressBlocked || got.Class != fault.ClassTransient || got.RetryAfter != 8*time.Second {
				t.Errorf("%v: %+v", err, got)
			}
		}
		if len(errs) != 5 || len(f.asked) != 1 {
			t.Errorf("%d errors, asked %d times", len(errs), len(f.asked))
		}
		time.Sleep(time.Second)
		f.set(func(a send.Ask) (send.Lease, error) {
			l, err := every(0)(a)
			l.Trying = a.Learned != send.LearnedOK
			return l, err
		})
		admit(t, s, 1, 0)
		s.Feedback(nil)
		s.Feedback(nil)
		if got := f.learned(); !slices.Equal(got, []send.Learned{send.LearnedOK}) {
			t.Errorf("reported %q", got)
		}
	})
}
