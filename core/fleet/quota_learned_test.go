package fleet

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/send"
)

func lease(t *testing.T, q *Quota, want int, learned send.Learned) send.Lease {
	t.Helper()
	l, err := q.Lease(t.Context(), send.Ask{Want: want, Latest: time.Second, Learned: learned})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// begun returns a quota whose lines have begun: those of a fleet without memory begin after a second.
func begun(t *testing.T, f *Fleet, l Limits) *Quota {
	t.Helper()
	q := f.Quota(l)
	lease(t, q, 0, "")
	time.Sleep(time.Second)
	return q
}

// The script's rates equal those of a single process's limiter, for anything learned at any time, if
// each throttled call is more than one of 200.
func TestTheFleetsRatesAreThoseOfALimiter(t *testing.T) {
	throttled := fault.New("Throttling.User", fault.ActorYou, "too many")
	throttled.Class, throttled.Reach = fault.ClassThrottled, fault.Answered
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		account := f.Quota(Limits{150, 300, ""})
		own := send.NewLimiter(150)
		random := rand.New(rand.NewPCG(1, 2))
		for range 400 {
			time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second))))
			learned := send.LearnedOK
			if random.IntN(20) == 0 {
				learned = send.LearnedThrottled
				own.Feedback(throttled)
			} else {
				own.Feedback(nil)
			}
			if got, want := lease(t, account, 0, learned).AccountRate, own.Rate(); got < want-0.01 || got > want+0.01 {
				t.Fatalf("%s: %v calls a second, and the limiter has %v", learned, got, want)
			}
		}
	})
}

// Few throttled calls of many cost a step of the rate, as calls can arrive together; more cost half of it.
func TestFewThrottledCallsCostLittle(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, _ *server, _ *lines) {
		q := f.Quota(Limits{1000, 300, ""})
		for n, want := range []float64{980, 980, 980, 980, 490, 490} {
			if got := lease(t, q, 0, send.LearnedThrottled).AccountRate; got != want {
				t.Errorf("%v calls a second after %d throttled ones, want %v", got, n+1, want)
			}
		}
		time.Sleep(time.Second)
		if got := lease(t, q, 0, send.LearnedThrottled).AccountRate; got != 480.2 {
			t.Errorf("%v calls a second after one more, a second later", got)
		}
	})
}

// A block halves the ceiling once. It stays halved for half an hour and is full again after an hour.
func TestABlockHalvesTheAddressOfAll(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		a, b := f.Quota(Limits{1000, 300, "nat"}), s.process(t, log).Quota(Limits{1000, 300, "nat"})
		other := s.process(t, log).Quota(Limits{1000, 300, ""})
		own := send.NewLimiter(300)
		own.Halve()
		lease(t, a, 0, send.LearnedBlocked)
		lease(t, b, 0, send.LearnedBlocked) // the same block
		for range 140 {
			if got, want := lease(t, b, 0, "").AddressRate, own.Rate(); got < want-0.01 || got > want+0.01 {
				t.Fatalf("%v calls a second, and the limiter has %v", got, want)
			}
			time.Sleep(30 * time.Second)
		}
		if l := lease(t, other, 0, ""); l.AddressRate != 300 || l.AccountRate != 1000 {
			t.Errorf("another address: %+v", l)
		}
	})
}

// While one process tests whether an address is still blocked, the others behind the address make no calls, and other
// addresses are not affected.
func TestOneProcessTestsForAll(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		limits := Limits{1000, 300, "nat"}
		a, b, c := begun(t, f, limits), s.process(t, log).Quota(limits), s.process(t, log).Quota(limits)
		other := s.process(t, log).Quota(Limits{1000, 300, ""})
		lease(t, a, 0, send.LearnedBlocked)
		if l := lease(t, b, 3, send.LearnedOK); !l.Blocked || len(l.Places) != 0 || l.Wait < 9*time.Second || l.Wait > 10*time.Second {
			t.Errorf("another process: %+v", l)
		}
		if l := lease(t, other, 3, ""); l.Blocked || len(l.Places) != 3 {
			t.Errorf("behind another address: %+v", l)
		}
		if l := lease(t, a, 1, ""); len(l.Places) != 1 || !l.Trying {
			t.Errorf("the one who tries: %+v", l)
		}
		lease(t, a, 0, send.LearnedOK)
		if l := lease(t, b, 3, ""); l.Blocked || len(l.Places) == 0 {
			t.Errorf("after it succeeded: %+v", l)
		}

		lease(t, a, 0, send.LearnedBlocked) // and then goes away
		time.Sleep(11 * time.Second)
		if l := lease(t, b, 3, send.LearnedOK); l.Blocked || len(l.Places) != 1 || !l.Trying {
			t.Errorf("who tries in its stead: %+v", l)
		}
		if l := lease(t, c, 3, ""); !l.Blocked {
			t.Errorf("the third: %+v", l)
		}
		lease(t, b, 0, send.LearnedOK)
		if l := lease(t, c, 3, ""); l.Blocked || len(l.Places) == 0 {
			t.Errorf("the third, after the second succeeded: %+v", l)
		}
	})
}

// Places ahead of demand are granted only if no other process waits for them.
func TestPlacesAheadWaitForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		a, b := begun(t, s.process(t, new(lines)), Limits{1000, 300, ""}), s.process(t, new(lines)).Quota(Limits{1000, 300, ""})
		ask := send.Ask{Want: 1, Ahead: 5, Latest: time.Second}
		if l, err := a.Lease(t.Context(), ask); err != nil || len(l.Places) != 2 {
			t.Errorf("without waiting processes: %+v, %v", l, err)
		}
		for range 10 {
			lease(t, b, 40, "")
		}
		if l, err := a.Lease(t.Context(), ask); err != nil || len(l.Places) != 1 {
			t.Errorf("others wait: %+v, %v", l, err)
		}
	})
}

// A changed limit applies at once.
func TestLimitCanBeChanged(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, log *lines) {
		lease(t, f.Quota(Limits{1000, 300, "nat"}), 1, "")
		l := lease(t, s.process(t, log).Quota(Limits{500, 250, "nat"}), 1, "")
		if l.AccountRate != 500 || l.AddressRate != 250 {
			t.Errorf("%+v", l)
		}
		l = lease(t, f.Quota(Limits{2000, 300, "nat"}), 1, "")
		if l.AccountRate != 2000 || l.AddressRate != 300 {
			t.Errorf("%+v", l)
		}
	})
}

// A server whose clock is set back, as after a failover, grants places of the next second.
func TestClockSetBack(t *testing.T) {
	scene(t, func(t *testing.T, f *Fleet, s *server, _ *lines) {
		q := f.Quota(Limits{1000, 300, ""})
		s.SetTime(time.Now().Add(time.Hour))
		lease(t, q, 5, "")
		s.SetTime(time.Now())
		if l := lease(t, q, 5, ""); len(l.Places) == 0 || l.Places[0].From > time.Second {
			t.Errorf("%+v", l)
		}
		s.SetTime(time.Now().Add(time.Second))
		if l := lease(t, q, 5, ""); len(l.Places) != 5 || l.Places[4].From > 100*time.Millisecond {
			t.Errorf("a second later: %+v", l)
		}
	})
}
