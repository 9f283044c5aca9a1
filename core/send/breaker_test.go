package send_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

var (
	errNoAnswer = &apiFault{class: "transient", retry: "backoff", code: "Timeout", reach: fault.TimedOut}
	errNoRoute  = &apiFault{class: "transient", retry: "backoff", code: "ConnectionRefused", reach: fault.Blocked}
	errPage     = &apiFault{class: "unknown", retry: "backoff", code: "HTTP403", reach: fault.Blocked}
)

func TestABlockStopsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.takes = 2 * time.Second
		for _, err := range []error{errReset, errNoRoute, errNoAnswer, errPage} {
			l.call(1, err)
		}
		l.check(t, "closed", 4, 0)
		l.call(1, errReset)
		l.check(t, "open", 5, 1)
		for wait := 5 * time.Second; wait > 0; wait -= time.Second {
			checkNotSent(t, l.call(1, nil), "AddressBlocked", wait)
			time.Sleep(time.Second)
		}
		l.check(t, "half-open", 5, 1)
		if err := l.call(1, nil); err != nil {
			t.Error(err)
		}
		l.check(t, "closed", 6, 1)
		l.call(4, errReset)
		l.check(t, "closed", 10, 1)
		l.call(1, errReset)
		l.check(t, "open", 11, 2)
	})
}

// pauses returns the times between trial calls of two seconds each, until they stop growing.
func pauses() (list []time.Duration) {
	for lasted := time.Duration(0); len(list) < 2 || list[len(list)-2] < 10*time.Minute; lasted += list[len(list)-1] + 2*time.Second {
		list = append(list, min(max(5*time.Second, lasted/4), 10*time.Minute))
	}
	return list
}

// One trial call at a time is made, after five seconds at first and ten minutes at most. The block counts as one.
func TestABlockIsProbedSingly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.call(5, errReset)
		calls := 5
		l.takes = 2 * time.Second
		for _, pause := range pauses() {
			time.Sleep(pause - time.Nanosecond)
			l.check(t, "open", calls, 1)
			checkNotSent(t, l.call(1, errReset), "AddressBlocked", time.Nanosecond)
			time.Sleep(time.Nanosecond)
			_, errs := sendMany(t.Context(), l, 10)
			calls++
			l.check(t, "open", calls, 1)
			refused := 0
			for _, err := range errs {
				if err != errReset {
					checkNotSent(t, err, "AddressBlocked", time.Second) // while the trial call is in flight
					refused++
				}
			}
			if refused != 9 {
				t.Errorf("%d of 10 refused", refused)
			}
		}
		time.Sleep(10 * time.Minute)
		l.call(1, nil)
		l.check(t, "closed", calls+1, 1)
		l.call(5, errReset)
		time.Sleep(time.Minute)
		l.check(t, "half-open", calls+6, 2)
		if calls > 40 {
			t.Errorf("%d calls until tries are ten minutes apart", calls)
		}
	})
}

// Any answer ends a row, successful or not, and nothing else does.
func TestAnswersEndARow(t *testing.T) {
	cases := []struct {
		name    string
		between error
		takes   time.Duration
		state   string
	}{
		{"success", nil, 0, "closed"},
		{"throttled", errOverflow, 0, "closed"},
		{"denied", errDenied, 0, "closed"},
		{"credentials", errExpired, 0, "closed"},
		{"an unknown answer", errStrange, 0, "closed"},
		{"a page with another status", &apiFault{class: "transient", code: "HTTP502", reach: fault.Answered}, 0, "closed"},
		{"timeout", errNoAnswer, time.Second, "open"},
		{"timeout that the caller caused", errNoAnswer, time.Second - 1, "one more"},
		{"cancelled", &apiFault{class: "transient", code: "Canceled", reach: fault.Unanswered}, 0, "one more"},
		{"context error", context.Canceled, 0, "one more"},
		{"dead kept connection", errStale, 0, "one more"},
		{"name", &apiFault{class: "transient", code: "DNS", reach: fault.Unanswered}, 0, "one more"},
		{"unknown error", errors.New("what"), 0, "one more"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLine()
				l.call(4, errReset)
				l.takes = c.takes
				if l.call(1, c.between); c.state == "one more" {
					l.check(t, "closed", 5, 0)
					l.call(1, errReset)
					l.check(t, "open", 6, 1)
					return
				}
				if l.check(t, c.state, 5, map[string]int{"open": 1}[c.state]); c.state == "closed" {
					l.call(4, errReset)
					l.check(t, "closed", 9, 0)
				}
			})
		})
	}
}

// Each answer to a message ends a row, also if an earlier attempt at the message was answered.
func TestEachAnswerEndsARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		again := &apiFault{class: "throttled", retry: "backoff", code: "SystemOverFlow", after: time.Second, reach: fault.Answered}
		resets := repeat(4, errReset)
		b := send.NewBreaker(play(append(append(append([]error{again}, resets...), nil), resets...)...), nil)
		var message sync.WaitGroup
		message.Go(func() {
			if r, err := send.Retry(b, nil).SendMessage(t.Context(), "t", "p"); err != nil || r.Attempts != 2 {
				t.Errorf("%d attempts: %v", r.Attempts, err)
			}
		})
		synctest.Wait()
		for range 4 {
			b.SendMessage(t.Context(), "t", "p")
		}
		message.Wait()
		for range 4 {
			b.SendMessage(t.Context(), "t", "p")
		}
		if b.State() != "closed" {
			t.Errorf("%s after four faults in a row", b.State())
		}
		b.SendMessage(t.Context(), "t", "p")
		if b.State() != "open" {
			t.Errorf("%s after five faults in a row", b.State())
		}
	})
}

// Thirty calls that fail together count as one, and those in flight when the breaker opens or closes do not count.
func TestCallsInFlightTogetherCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.takes = 2 * time.Second
		l.outcome = errReset
		for round := range 5 {
			l.check(t, "closed", 30*round, 0)
			sendMany(t.Context(), l, 30)
		}
		l.check(t, "open", 150, 1)

		l = newLine()
		l.call(4, errReset)
		l.takes = 2 * time.Minute
		var slow sync.WaitGroup
		slow.Go(func() { sendMany(t.Context(), l, 30) })
		synctest.Wait()
		l.takes = 0
		l.call(1, errReset)
		l.check(t, "open", 35, 1)
		time.Sleep(time.Minute)
		l.call(1, nil)
		l.check(t, "closed", 36, 1)
		l.call(4, errReset)
		slow.Wait()
		l.check(t, "closed", 40, 1)
		l.call(1, errReset)
		l.check(t, "open", 41, 2)
	})
}

// After a trial call was cancelled, the next call is the trial call.
func TestNextCallTakesOverATrial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.call(5, errReset)
		time.Sleep(time.Minute)
		l.outcome, l.takes = nil, time.Second
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := l.SendMessage(ctx, "t", "p"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		l.check(t, "half-open", 6, 1)
		l.call(1, nil)
		l.check(t, "closed", 7, 1)
	})
}

func TestAPanicReleasesTheProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := false
		b := send.NewBreaker(sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			if broken {
				panic("bug")
			}
			return core.Receipt{}, errReset
		}), nil)
		for range 5 {
			b.SendMessage(t.Context(), "t", "p")
		}
		time.Sleep(time.Minute)
		broken = true
		for range 2 {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("no call was made")
					}
				}()
				b.SendMessage(t.Context(), "t", "p")
			}()
		}
	})
}

func TestEveryCallIsHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		l.call(1, nil)
		l.call(1, errOverflow)
		l.call(9, errReset)
		want := append([]error{nil, errOverflow}, repeat(5, errReset)...)
		if len(l.heard) != len(want) {
			t.Fatalf("heard %v", l.heard)
		}
		for i := range want {
			if l.heard[i] != want[i] {
				t.Errorf("call %d: heard %v", i, l.heard[i])
			}
		}
	})
}
