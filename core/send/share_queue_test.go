package send_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/send"
)

const ms = time.Millisecond

// places returns an answer with places at these times, each of which can be used for 50 ms.
func places(from ...time.Duration) send.Lease {
	var l send.Lease
	for _, at := range from {
		l.Places = append(l.Places, send.Place{From: at, Until: at + 50*ms})
	}
	return l
}

// inTurn answers with each lease in turn, after some time each, and then with all places at once.
func inTurn(takes time.Duration, leases ...send.Lease) func(send.Ask) (send.Lease, error) {
	n := 0
	return func(a send.Ask) (send.Lease, error) {
		time.Sleep(takes)
		if n++; n <= len(leases) {
			return leases[n-1], nil
		}
		return places(make([]time.Duration, a.Want)...), nil
	}
}

// timed records when the fleet is asked.
func timed(began time.Time, answer func(send.Ask) (send.Lease, error), times *[]time.Duration) func(send.Ask) (send.Lease, error) {
	return func(a send.Ask) (send.Lease, error) {
		*times = append(*times, time.Since(began))
		return answer(a)
	}
}

// waitFor makes a single call with this patience and returns its error and how long it waited.
func waitFor(t *testing.T, s *send.Share, patience time.Duration) (time.Duration, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	err := s.Wait(ctx)
	return time.Since(began), err
}

// Further places are requested 10 ms and the time of an answer before the last known place, and not before.
func TestPlacesAreRequestedInTime(t *testing.T) {
	for _, tt := range []struct {
		name     string
		takes    time.Duration // of an answer
		places   []time.Duration
		requests []time.Duration
	}{
		{"in the last moment", 0, []time.Duration{20 * ms, 30 * ms}, []time.Duration{0, 20 * ms}},
		{"too early", 0, []time.Duration{20 * ms, 31 * ms}, []time.Duration{0, 31 * ms}},
		{"with slow answers", 5 * ms, []time.Duration{15 * ms, 30 * ms}, []time.Duration{0, 20 * ms}},
		{"too early with slow answers", 5 * ms, []time.Duration{15 * ms, 31 * ms}, []time.Duration{0, 36 * ms}},
		{"as many places as callers", 0, []time.Duration{4 * ms, 8 * ms, 9 * ms}, []time.Duration{0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
				var requests []time.Duration
				f.set(timed(time.Now(), inTurn(tt.takes, places(tt.places...)), &requests))
				if through, errs := admit(t, s, 3, 0); len(through) != 3 {
					t.Errorf("%v, %v", through, errs)
				}
				if !slices.Equal(requests, tt.requests) {
					t.Errorf("asked at %v, want %v", requests, tt.requests)
				}
			})
		})
	}
}

// A slower answer counts at once, a faster one by an eighth, and none for more than 40 ms.
func TestTheTimeOfAnAnswerIsLearned(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		for _, takes := range []time.Duration{16 * ms, 8 * ms, 100 * ms, 0} {
			f.set(func(send.Ask) (send.Lease, error) {
				time.Sleep(takes)
				return send.Lease{Places: []send.Place{{Until: time.Second}}}, nil
			})
			admit(t, s, 1, 0)
			synctest.Wait()
		}
		for i, want := range []time.Duration{0, 16 * ms, 15 * ms, 40 * ms} {
			if got := f.asked[i].Lead; got != want {
				t.Errorf("request %d expects its answer after %s, want %s", i+1, got, want)
			}
		}
	})
}

// Without a free place, the fleet is asked again 900 ms before there is one, because it grants the places of the next second.
// It is asked after 20 ms at the earliest and after a second at the latest.
func TestWhenTheFleetIsAskedAgain(t *testing.T) {
	for wait, want := range map[time.Duration]time.Duration{
		10 * ms: 20 * ms, 900 * ms: 20 * ms, 950 * ms: 50 * ms, 1400 * ms: 500 * ms, 5 * time.Second: time.Second,
	} {
		sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
			var requests []time.Duration
			f.set(timed(time.Now(), inTurn(0, send.Lease{Wait: wait}), &requests))
			through, errs := admit(t, s, 1, 0)
			if !slices.Equal(requests, []time.Duration{0, want}) || through[0] != want {
				t.Errorf("a place in %s: asked at %v, want %v; %v, %v", wait, requests, want, through, errs)
			}
		})
	}
}

// Callers are expected while many come. If there is no place for an expected one, the next caller asks itself.
func TestNoPlaceForAnExpectedCallerStopsNobody(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		ten := send.Lease{Places: slices.Repeat([]send.Place{{Until: time.Minute}}, 10)}
		f.set(inTurn(0, ten, send.Lease{Wait: 5 * time.Second}))
		admit(t, s, 10, 0)
		synctest.Wait()
		if a := f.asked[len(f.asked)-1]; len(f.asked) != 2 || a.Want != 0 || a.Ahead != 1 {
			t.Fatalf("asked %+v", f.asked)
		}
		if waited, err := waitFor(t, s, 3*time.Second); err != nil || waited != 0 {
			t.Errorf("waited %s: %v", waited, err)
		}
	})
}

// A caller who takes the last place, and after whom none is expected, asks for nothing.
func TestASeldomCallerAsksForNothingAhead(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(none(send.Lease{Places: slices.Repeat([]send.Place{{Until: time.Minute}}, 2)}))
		for range 2 {
			if waited, err := waitFor(t, s, time.Second); err != nil || waited != 0 {
				t.Errorf("waited %s: %v", waited, err)
			}
			time.Sleep(time.Second)
		}
		if len(f.asked) != 1 {
			t.Errorf("asked %+v", f.asked)
		}
	})
}

// The only caller always asks the fleet, even if it had to wait too long before.
func TestTheOnlyCallerAsksDespiteEarlierWaits(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(inTurn(0, places(10*time.Second)))
		admit(t, s, 1, 0)
		if waited, err := waitFor(t, s, 2*time.Second); err != nil || waited != 0 {
			t.Errorf("waited %s: %v", waited, err)
		}
	})
}

// A request says for how long a place is of use: to the caller with the most time of those that wait.
func TestARequestSaysTheLatestUse(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		waitFor(t, s, 10*time.Second)
		waitFor(t, s, 3*time.Second)
		f.set(inTurn(0, send.Lease{Wait: 950 * ms})) // is asked again after 50 ms
		var all sync.WaitGroup
		for _, patience := range []time.Duration{4 * time.Second, 10 * time.Second, 3 * time.Second} {
			all.Go(func() { waitFor(t, s, patience) })
			synctest.Wait()
		}
		all.Wait()
		want := []time.Duration{9 * time.Second, 2 * time.Second, 3 * time.Second, 8950 * ms}
		for i, a := range f.asked {
			if i >= len(want) || a.Latest != want[i] {
				t.Errorf("request %d: %s, want %v", i+1, a.Latest, want)
			}
		}
		if last := f.asked[len(f.asked)-1]; last.Want != 3 {
			t.Errorf("wanted %d places for three callers", last.Want)
		}
	})
}

// The error of a caller that would wait too long has the time until the place behind all known ones: three tenths of each
// answer's distance between places count.
func TestTheWaitBehindOthersIsEstimated(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(inTurn(20*ms, places(10*time.Second, 20*time.Second)))
		var all sync.WaitGroup
		all.Go(func() { s.Wait(t.Context()) })
		time.Sleep(5 * ms)
		all.Go(func() { // its place comes after its deadline
			waited, err := waitFor(t, s, 4*time.Second)
			if wantFull(t, err, 16_015*ms, 16_015*ms); waited != 4*time.Second {
				t.Errorf("waited %s", waited)
			}
		})
		time.Sleep(995 * ms)
		_, err := waitFor(t, s, 8*time.Second) // two others wait, for places 10 s apart
		wantFull(t, err, 22_023*ms, 22_023*ms)
		all.Wait()
	})
}

// A caller that has left is not counted in later requests.
func TestNoPlaceIsRequestedForWhoLeft(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(inTurn(0, places(100*ms)))
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { s.Wait(t.Context()) })
		synctest.Wait()
		all.Go(func() { s.Wait(ctx) })
		synctest.Wait()
		cancel()
		all.Wait()
		if waited, err := waitFor(t, s, time.Second); err != nil || waited != 0 || len(f.asked) != 2 || f.asked[1].Want != 1 {
			t.Errorf("waited %s: %v, asked %+v", waited, err, f.asked)
		}
	})
}

// Places granted before the API throttled a call are void, because their rate was too high. Success changes nothing.
func TestThrottlingVoidsPlaces(t *testing.T) {
	for _, tt := range []struct {
		name    string
		learned error
		waits   time.Duration
		lapsed  uint64
	}{
		{"success", nil, time.Second, 0},
		{"throttled", errOverflow, 0, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
				l := places(0, time.Second, 2*time.Second)
				l.Trying = true // so that success is reported at once
				f.set(inTurn(0, l))
				admit(t, s, 1, 0)
				f.set(every(0))
				s.Feedback(tt.learned)
				if got := s.Status().Lapsed; got != tt.lapsed || len(f.asked) != 2 {
					t.Errorf("%d places lapsed, asked %+v", got, f.asked)
				}
				if waited, err := waitFor(t, s, 5*time.Second); err != nil || waited != tt.waits {
					t.Errorf("waited %s, want %s: %v", waited, tt.waits, err)
				}
			})
		})
	}
}

// Only what the API itself says is reported to the fleet.
func TestOnlyTheAPIsAnswersAreReported(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want []send.Learned
	}{
		{errOverflow, []send.Learned{"throttled"}},
		{&apiFault{class: "throttled", code: "LimiterFull", reach: fault.NotSent}, nil},
		{errReset, nil}, {errDenied, nil}, {context.Canceled, nil}, {nil, nil},
	} {
		sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
			s.Feedback(tt.err)
			if got := f.learned(); !slices.Equal(got, tt.want) {
				t.Errorf("%v: reported %q, want %q", tt.err, got, tt.want)
			}
		})
	}
}
