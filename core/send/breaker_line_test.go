package send_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// A line is a breaker in front of an API with a given outcome, and records what was reported.
type line struct {
	*send.Breaker
	outcome error         // of calls; nil means success
	takes   time.Duration // duration of a call

	mu      sync.Mutex
	calls   int
	blocked int
	heard   []error
}

func newLine() *line {
	l := &line{}
	api := sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
		l.mu.Lock()
		l.calls++
		err, takes := l.outcome, l.takes
		l.mu.Unlock()
		if cut := wait(ctx, takes); cut != nil {
			err = cut
		}
		if err != nil {
			return core.Receipt{Attempts: 1}, err
		}
		return core.Receipt{MsgID: "M", Attempts: 1}, nil
	})
	l.Breaker = send.NewBreaker(api, &send.BreakerOptions{
		Blocked:  func() { l.mu.Lock(); defer l.mu.Unlock(); l.blocked++ },
		Answered: func(err error) { l.mu.Lock(); defer l.mu.Unlock(); l.heard = append(l.heard, err) },
	})
	return l
}

// call makes n calls with this outcome and returns the last error.
func (l *line) call(n int, outcome error) (err error) {
	l.outcome = outcome
	for range n {
		_, err = l.SendMessage(context.Background(), "t", "p")
	}
	return err
}

func (l *line) check(t *testing.T, state string, calls, blocked int) {
	t.Helper()
	if got := l.State(); got != state || l.calls != calls || l.blocked != blocked {
		t.Errorf("%s after %d calls, %d blocks; want %s, %d, %d", got, l.calls, l.blocked, state, calls, blocked)
	}
}

// checkNotSent checks the error of a call that was not made.
func checkNotSent(t *testing.T, err error, code string, wait time.Duration) {
	t.Helper()
	class := map[string]string{"AddressBlocked": fault.ClassTransient, "CredentialsRefused": fault.ClassCredential}[code]
	if f := fault.Of(err); f.Code != code || f.Class != class || f.Retry != "no" || f.RetryAfter != wait {
		t.Errorf("%v: %+v; want %s after %s", err, f, code, wait)
	}
}
