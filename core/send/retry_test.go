package send_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// An apiFault is an error with the methods of the API client's errors.
type apiFault struct {
	class, retry, code string
	after              time.Duration
	reach              fault.Reach
}

func (f *apiFault) Error() string { return "answered " + f.code }
func (f *apiFault) Describe() fault.Fault {
	return fault.Fault{Class: f.class, Retry: f.retry, Code: f.code, RetryAfter: f.after, Reach: f.reach}
}

var (
	errOverflow = &apiFault{class: "throttled", retry: "backoff", code: "SystemOverFlow", reach: fault.Answered}
	errReset    = &apiFault{class: "transient", retry: "backoff", code: "ConnectionReset", reach: fault.Blocked}
	errStale    = &apiFault{class: "transient", retry: "now", code: "ConnectionStale", reach: fault.Unanswered}
	errDenied   = &apiFault{class: "permission", retry: "no", code: "NoPermission", reach: fault.Answered}
	errStrange  = &apiFault{class: "unknown", retry: "backoff", code: "HTTP418", reach: fault.Answered}
	errExpired  = &apiFault{class: "credential", retry: "refresh", code: "InvalidSecurityToken.Expired", reach: fault.Answered}
	errAccount  = &apiFault{class: "credential", retry: "refresh-backoff", code: "CheckAccountInfoFailed", reach: fault.Answered}
)

// A script is a Sender with predefined outcomes, the last of which repeats. It records the times of its calls.
type script struct {
	outcomes []error
	came     []time.Duration
	start    time.Time
}

func play(outcomes ...error) *script { return &script{outcomes: outcomes, start: time.Now()} }

func (s *script) SendMessage(context.Context, string, string) (core.Receipt, error) {
	err := s.outcomes[min(len(s.came), len(s.outcomes)-1)]
	s.came = append(s.came, time.Since(s.start))
	if err != nil {
		return core.Receipt{}, err
	}
	return core.Receipt{MsgID: "M", RequestID: "R"}, nil
}

// repeat returns n equal outcomes.
func repeat(n int, outcome error) []error {
	list := make([]error, n)
	for i := range list {
		list[i] = outcome
	}
	return list
}

func TestRetryDoesWhatTheErrorSays(t *testing.T) {
	unclassed := errors.New("unknown error")
	cases := []struct {
		name     string
		outcomes []error
		waits    string // the wait before each further attempt: 0 for no wait, ~ for a random wait
		want     error
	}{
		{"success", []error{nil}, "", nil},
		{"no", []error{errDenied, nil}, "", errDenied},
		{"an unknown retry", []error{&apiFault{class: "transient", retry: "perhaps"}, nil}, "", &apiFault{class: "transient", retry: "perhaps"}},
		{"backoff", []error{errOverflow, errOverflow, errReset, nil}, "~~~", nil},
		{"now", []error{errStale, nil}, "0", nil},
		{"now, but once a message", []error{errStale, errStale, errStale, nil}, "0~~", nil},
		{"refresh without one", []error{errExpired, nil}, "", errExpired},
		{"refresh or backoff without one", []error{errAccount, errAccount, nil}, "~~", nil},
		{"unknown", []error{errStrange}, "~~", errStrange},
		{"no method, transient", []error{sendtest.OfClass("transient"), nil}, "~", nil},
		{"no method, other", []error{sendtest.OfClass("throttled"), nil}, "", sendtest.OfClass("throttled")},
		{"no behaviour", []error{unclassed, nil}, "", unclassed},
		{"a fault after others", []error{errReset, errStale, errDenied}, "~0", errDenied},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(c.outcomes...)
				receipt, err := send.Retry(s, nil).SendMessage(t.Context(), "t", "p")
				if fmt.Sprint(err) != fmt.Sprint(c.want) || receipt.Attempts != len(s.came) {
					t.Errorf("%d calls, %d attempts, error %v", len(s.came), receipt.Attempts, err)
				}
				if (receipt.MsgID == "") != (err != nil) {
					t.Errorf("MsgID %q, error %v", receipt.MsgID, err)
				}
				if waits := waitsOf(s.came); waits != c.waits {
					t.Errorf("waited %q, want %q: calls at %s", waits, c.waits, s.came)
				}
			})
		})
	}
}

func waitsOf(came []time.Duration) (waits string) {
	for i := 1; i < len(came); i++ {
		if came[i] == came[i-1] {
			waits += "0"
		} else {
			waits += "~"
		}
	}
	return waits
}

// Waits are random, from zero to a time that doubles up to a limit.
func TestRetryBacksOffWithFullJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		most := []time.Duration{100, 200, 400, 800, 1600, 2000, 2000}
		shortest, longest := make([]time.Duration, len(most)), make([]time.Duration, len(most))
		for range 300 {
			s := play(append(repeat(len(most), errReset), nil)...)
			if _, err := send.Retry(s, nil).SendMessage(t.Context(), "t", "p"); err != nil {
				t.Fatal(err)
			}
			for i := range most {
				wait := s.came[i+1] - s.came[i]
				if shortest[i] == 0 || wait < shortest[i] {
					shortest[i] = wait
				}
				longest[i] = max(longest[i], wait)
			}
		}
		for i, m := range most {
			m *= time.Millisecond
			if longest[i] >= m || longest[i] < m*9/10 || shortest[i] > m/10 {
				t.Errorf("wait %d from %s to %s, want all of 0 to %s", i+1, shortest[i], longest[i], m)
			}
		}
	})
}

func TestRetryAfterIsTheLeastWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(&apiFault{class: "throttled", retry: "backoff", after: 1500 * time.Millisecond}, nil)
		if _, err := send.Retry(s, nil).SendMessage(t.Context(), "t", "p"); err != nil {
			t.Fatal(err)
		}
		if wait := s.came[1]; wait < 1500*time.Millisecond || wait >= 1600*time.Millisecond {
			t.Errorf("waited %s", wait)
		}
	})
}

// For any deadline, Retry does not start a wait that ends after it, and returns the API's error.
func TestRetryStopsAtTheDeadline(t *testing.T) {
	hint := &apiFault{class: "throttled", retry: "backoff", code: "Throttling", after: 5 * time.Second}
	for name, limit := range map[string]time.Duration{"limit": 4 * time.Second, "context": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if limit == 0 {
					limited, cancel := context.WithTimeout(ctx, 4*time.Second)
					defer cancel()
					ctx = limited
				}
				s := play(errOverflow, hint)
				receipt, err := send.Retry(s, &send.RetryOptions{Limit: limit}).SendMessage(ctx, "t", "p")
				if err != error(hint) || receipt.Attempts != 2 || len(s.came) != 2 || time.Since(s.start) != s.came[1] {
					t.Errorf("after %s and %d attempts at %s: %v", time.Since(s.start), receipt.Attempts, s.came, err)
				}
			})
		})
	}
}

func TestRetryLimitIsForAllAttemptsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, calls := time.Now(), 0
		slow := sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
			if calls++; calls == 1 {
				time.Sleep(3 * time.Second)
				return core.Receipt{}, errStale
			}
			<-ctx.Done()
			return core.Receipt{}, ctx.Err()
		})
		receipt, err := send.Retry(slow, &send.RetryOptions{Limit: 4 * time.Second}).SendMessage(t.Context(), "t", "p")
		if took := time.Since(start); took != 4*time.Second || receipt.Attempts != 2 {
			t.Errorf("took %s, %d attempts", took, receipt.Attempts)
		}
		var last *apiFault
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &last) || last != errStale {
			t.Errorf("the first attempt's error is missing: %v", err)
		}
	})
}

func TestRetryTellsTheAPIsErrorWhenTheCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		s := play(&apiFault{class: "throttled", retry: "backoff", code: "Throttling", after: time.Minute})
		receipt, err := send.Retry(s, nil).SendMessage(ctx, "t", "p")
		if took := time.Since(s.start); took != 10*time.Second || receipt.Attempts != 1 {
			t.Errorf("took %s, %d attempts", took, receipt.Attempts)
		}
		if !errors.Is(err, context.Canceled) || !errors.Is(err, s.outcomes[0]) || fault.Of(err).Class != fault.ClassThrottled {
			t.Errorf("got %v", err)
		}
		_, err = send.Retry(play(errOverflow), nil).SendMessage(ctx, "t", "p")
		if !errors.Is(err, context.Canceled) || !errors.Is(err, errOverflow) {
			t.Errorf("left before the answer: %v", err)
		}
	})
}

func TestPaceComesBeforeEveryFurtherAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []string
		s := play(errStale, errExpired, errReset, nil)
		logged := sendtest.SenderFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
			log = append(log, "call")
			return s.SendMessage(ctx, topic, payload)
		})
		o := &send.RetryOptions{
			Pace:    func(context.Context) error { log = append(log, "pace"); return nil },
			Refresh: func(context.Context, error) error { log = append(log, "refresh"); return nil },
		}
		if _, err := send.Retry(logged, o).SendMessage(t.Context(), "t", "p"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"call", "pace", "call", "refresh", "pace", "call", "pace", "call"}, log); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPaceCanEndAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := &apiFault{class: "throttled", retry: "no", code: "LimiterFull"}
		s := play(errReset, nil)
		o := &send.RetryOptions{Pace: func(context.Context) error { return full }}
		receipt, err := send.Retry(s, o).SendMessage(t.Context(), "t", "p")
		if len(s.came) != 1 || receipt.Attempts != 1 || !errors.Is(err, full) || fault.Of(err).Class != fault.ClassTransient {
			t.Errorf("%d calls, %d attempts: %v", len(s.came), receipt.Attempts, err)
		}
	})
}
