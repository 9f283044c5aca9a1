package send_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// If the time ends during the second attempt, the error is the one that says most: an answer of the API to the first
// attempt, else what the second attempt says itself, if it says more than that the time is over.
func TestTheErrorOfAMessageWhoseTimeEnds(t *testing.T) {
	late := func(ctx context.Context) error {
		e := fault.New("Timeout", fault.ActorYou, "no answer in time")
		e.Cause = ctx.Err()
		return e
	}
	for _, tt := range []struct {
		name  string
		first error
		last  func(context.Context) error
		want  string
	}{
		{"an answer, then a timeout", errOverflow, late, "SystemOverFlow"},
		{"an answer, then nothing", errOverflow, context.Context.Err, "SystemOverFlow"},
		{"a reset, then a timeout", errReset, late, "Timeout"},
		{"a reset, then nothing", errReset, context.Context.Err, "ConnectionReset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				s := send.Retry(sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
					if calls++; calls == 1 {
						return core.Receipt{}, tt.first
					}
					<-ctx.Done()
					return core.Receipt{}, tt.last(ctx)
				}), &send.RetryOptions{Limit: time.Second})
				receipt, err := s.SendMessage(t.Context(), "t", "p")
				if got := fault.Of(err).Code; got != tt.want || !errors.Is(err, context.DeadlineExceeded) || receipt.Attempts != 2 {
					t.Errorf("code %q, want %q, after %d attempts: %v", got, tt.want, receipt.Attempts, err)
				}
			})
		})
	}
}

// A caller that goes away while the credentials are refreshed makes no further call, although no wait is needed.
func TestNoAttemptAfterTheCallerWentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			ctx, cancel := context.WithCancel(t.Context())
			s := play(errExpired, nil)
			o := &send.RetryOptions{Refresh: func(context.Context, error) error { cancel(); return nil }}
			receipt, err := send.Retry(s, o).SendMessage(ctx, "t", "p")
			if !errors.Is(err, context.Canceled) || !errors.Is(err, errExpired) || receipt.Attempts != 1 || len(s.came) != 1 {
				t.Fatalf("%d calls, %d attempts: %v", len(s.came), receipt.Attempts, err)
			}
		}
	})
}
