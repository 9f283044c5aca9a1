package send_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// A fleet has predefined answers and records the requests.
type fleet struct {
	mu     sync.Mutex
	answer func(send.Ask) (send.Lease, error)
	asked  []send.Ask
}

func (f *fleet) lease(_ context.Context, a send.Ask) (send.Lease, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, a)
	l, err := f.answer(a)
	if l.AccountRate == 0 {
		l.AccountRate, l.AddressRate, l.Processes, l.Neighbours, l.Born = 1000, 300, 4, 1, max(1, l.Born)
	}
	return l, err
}

func (f *fleet) set(answer func(send.Ask) (send.Lease, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

// learned returns what was reported to the fleet, in order.
func (f *fleet) learned() (list []send.Learned) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.asked {
		if a.Learned != "" {
			list = append(list, a.Learned)
		}
	}
	return list
}

// every grants all wanted places, this time apart, the first one at once.
func every(apart time.Duration) func(send.Ask) (send.Lease, error) {
	return func(a send.Ask) (l send.Lease, err error) {
		for i := range a.Want {
			from := time.Duration(i) * apart
			l.Places = append(l.Places, send.Place{From: from, Until: from + 12*time.Millisecond})
		}
		return l, nil
	}
}

var errGone = errors.New("gone")

func gone(send.Ask) (send.Lease, error) { return send.Lease{}, errGone }
func none(l send.Lease) func(send.Ask) (send.Lease, error) {
	return func(send.Ask) (send.Lease, error) { return l, nil }
}

func sharing(t *testing.T, own int, test func(t *testing.T, s *send.Share, f *fleet)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{answer: every(0)}
		test(t, send.NewShare(send.NewLimiter(own), f.lease), f)
	})
}

// Callers may call in the order of their arrival, at the times of their places.
func TestCallersGoInTheirPlaces(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(func(a send.Ask) (send.Lease, error) {
			at := func(ms time.Duration) send.Place {
				return send.Place{From: ms * time.Millisecond, Until: (ms + 12) * time.Millisecond}
			}
			return send.Lease{Places: []send.Place{at(4), at(4), at(20)}}, nil
		})
		through, errs := admit(t, s, 3, 0)
		want := map[int]time.Duration{0: 4 * time.Millisecond, 1: 4 * time.Millisecond, 2: 20 * time.Millisecond}
		for n, at := range want {
			if through[n] != at {
				t.Errorf("caller %d after %v, want %v; %v", n, through[n], at, errs[n])
			}
		}
		if len(f.asked) != 1 {
			t.Errorf("asked %d times", len(f.asked))
		}
	})
}

// A place that was not used in its time expires.
func TestAPlaceLapses(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(func(send.Ask) (send.Lease, error) {
			p := send.Place{Until: 12 * time.Millisecond}
			return send.Lease{Places: []send.Place{p, p, p}}, nil
		})
		admit(t, s, 1, 0)
		time.Sleep(12 * time.Millisecond)
		admit(t, s, 1, 0) // the last moment of the place
		if len(f.asked) != 1 {
			t.Errorf("asked %d times while there were places", len(f.asked))
		}
		time.Sleep(time.Millisecond)
		admit(t, s, 1, 0)
		if len(f.asked) != 2 {
			t.Errorf("asked %d times, want once more after the places lapsed", len(f.asked))
		}
		if st := s.Status(); st.Places != 6 || st.Lapsed != 1 || st.Asked != 2 || st.Alone {
			t.Errorf("%+v", st)
		}
	})
}

// Places of a late answer have expired, so the next request is made earlier.
func TestALateAnswerIsAskedForEarlier(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(func(a send.Ask) (send.Lease, error) {
			time.Sleep(20 * time.Millisecond)
			return send.Lease{Places: []send.Place{{From: a.Lead - 20*time.Millisecond, Until: a.Lead + 12*time.Millisecond}}}, nil
		})
		if through, errs := admit(t, s, 1, 0); len(through) != 1 || through[0] != 40*time.Millisecond {
			t.Errorf("%v, %v", through, errs)
		}
		if a := f.asked[1]; a.Lead != 20*time.Millisecond {
			t.Errorf("asked with %v", a.Lead)
		}
	})
}

func wantFull(t *testing.T, err error, atLeast, atMost time.Duration) {
	t.Helper()
	f := fault.Of(err)
	if f.Code != fault.CodeLimiterFull || f.Class != fault.ClassThrottled || f.RetryAfter < atLeast || f.RetryAfter > atMost || f.Reach != fault.NotSent {
		t.Errorf("%v: %+v, want LimiterFull with %v to %v", err, f, atLeast, atMost)
	}
}

// A caller that would wait too long gets an error with the wait at once.
func TestTooLongWaitsFailAtOnce(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(none(send.Lease{Wait: 5 * time.Second}))
		through, errs := admit(t, s, 1, 4*time.Second)
		if len(through) != 0 {
			t.Errorf("%v", through)
		}
		wantFull(t, errs[0], 5*time.Second, 5*time.Second)
	})
}

// A queue that is already too long accepts no caller.
func TestLongQueueAcceptsNoCaller(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		next := time.Now()
		f.set(func(send.Ask) (send.Lease, error) { // a place every 100 ms, one at a time
			next = latest(next, time.Now()).Add(100 * time.Millisecond)
			from := time.Until(next)
			return send.Lease{Places: []send.Place{{From: from, Until: from + 12*time.Millisecond}}}, nil
		})
		admit(t, s, 20, 0) // learns how long it takes
		began := time.Now()
		through, errs := admit(t, s, 60, 3*time.Second)
		if took := time.Since(began); len(through) < 17 || len(through) > 22 || took > 3*time.Second {
			t.Errorf("%d of 60 through in %v, want those of two seconds", len(through), took)
		}
		for _, err := range errs {
			wantFull(t, err, 1500*time.Millisecond, 9*time.Second)
		}
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// A caller that goes away leaves its place to the next one.
func TestCancelledCallerUsesNoPlace(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(func(a send.Ask) (l send.Lease, err error) {
			for range a.Want {
				l.Places = append(l.Places, send.Place{From: 100 * time.Millisecond, Until: 200 * time.Millisecond})
			}
			return l, nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		var first, third time.Duration
		began := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() { s.Wait(t.Context()); first = time.Since(began) })
		synctest.Wait()
		go func() { gone <- s.Wait(ctx) }()
		synctest.Wait()
		wg.Go(func() { s.Wait(t.Context()); third = time.Since(began) })
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		wg.Wait()
		if first != 100*time.Millisecond || third != 200*time.Millisecond || len(f.asked) != 2 {
			t.Errorf("the first after %v, the third after %v", first, third)
		}
		if err := s.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// Throttling and blocks are reported to the fleet at once, and success with the next request.
func TestLearnedIsReportedToTheFleet(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		s.Feedback(nil)
		s.Feedback(sendtest.OfClass(fault.ClassThrottled))
		s.Feedback(errors.New("what says nothing"))
		s.Halve()
		if got := f.learned(); !slices.Equal(got, []send.Learned{send.LearnedThrottled, send.LearnedBlocked}) {
			t.Errorf("reported %q", got)
		}
		s.Feedback(nil)
		admit(t, s, 1, 0)
		if got := f.learned(); len(got) != 3 || got[2] != send.LearnedOK {
			t.Errorf("reported %q", got)
		}
		f.set(gone)
		admit(t, s, 1, 0)
		if rate := s.Rate(); rate != 5 { // half of the rate and of its ceiling
			t.Errorf("alone at %v calls a second", rate)
		}
	})
}

// A caller who is one of many, evenly spaced, finds a place and does not wait for the fleet's answer.
func TestACallerOfManyFindsAPlace(t *testing.T) {
	sharing(t, 10, func(t *testing.T, s *send.Share, f *fleet) {
		f.set(func(a send.Ask) (l send.Lease, err error) {
			time.Sleep(time.Millisecond)
			for range a.Want + a.Ahead {
				l.Places = append(l.Places, send.Place{Until: 12 * time.Millisecond})
			}
			return l, nil
		})
		waited := 0
		for range 200 {
			began := time.Now()
			admit(t, s, 1, 0)
			if time.Since(began) > 0 {
				waited++
			}
			time.Sleep(time.Until(began.Add(5 * time.Millisecond)))
		}
		if st := s.Status(); waited > 20 || st.Asked > 150 {
			t.Errorf("%d of 200 waited: %+v", waited, st)
		}
		time.Sleep(time.Minute)
		n := len(f.asked)
		admit(t, s, 1, 0)
		time.Sleep(time.Second)
		if len(f.asked) != n+1 {
			t.Errorf("asked %d times for one caller", len(f.asked)-n)
		}
	})
}
