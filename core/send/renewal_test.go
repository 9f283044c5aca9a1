package send_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// A vault has valid or invalid credentials and counts refreshes. Calls and refreshes take time.
type vault struct {
	good      atomic.Bool
	refreshes atomic.Int32
	calls     atomic.Int32
	err       error // error of refreshes; nil makes the credentials valid
	fault     error // error of calls with invalid credentials
}

func (v *vault) SendMessage(context.Context, string, string) (core.Receipt, error) {
	v.calls.Add(1)
	good := v.good.Load()
	time.Sleep(10 * time.Millisecond)
	if !good {
		return core.Receipt{}, v.fault
	}
	return core.Receipt{MsgID: "M"}, nil
}

func (v *vault) refresh(ctx context.Context, cause error) error {
	v.refreshes.Add(1)
	if err := wait(ctx, time.Second); err != nil {
		return err
	}
	if !errors.Is(cause, v.fault) {
		return errors.New("refreshed for another reason")
	}
	v.good.Store(v.err == nil)
	return v.err
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sendMany sends n messages at once and counts successes.
func sendMany(ctx context.Context, s core.Sender, n int) (sent int, errs []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			_, err := s.SendMessage(ctx, "t", "p")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				sent++
			} else {
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return sent, errs
}

func TestOneRefreshServesAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{fault: errExpired}
		s := send.Retry(v, &send.RetryOptions{Refresh: v.refresh})
		for generation := int32(1); generation <= 3; generation++ {
			v.good.Store(false)
			start := time.Now()
			if sent, errs := sendMany(t.Context(), s, 50); sent != 50 {
				t.Fatalf("%d sent, %v", sent, errs[0])
			}
			if got := v.refreshes.Load(); got != generation || time.Since(start) != time.Second+20*time.Millisecond {
				t.Errorf("%d refreshes in generation %d, took %s", got, generation, time.Since(start))
			}
		}
	})
}

// Calls that were made before a refresh but fail after it do not cause another one.
func TestLateFailureUsesTheEarlierRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refreshes, calls atomic.Int32
		late := sendtest.SenderFunc(func(context.Context, string, string) (core.Receipt, error) {
			n := calls.Add(1)
			time.Sleep(time.Duration(n) * 100 * time.Millisecond)
			if n <= 2 {
				return core.Receipt{}, errExpired
			}
			return core.Receipt{MsgID: "M"}, nil
		})
		o := &send.RetryOptions{Refresh: func(context.Context, error) error { refreshes.Add(1); return nil }}
		if sent, errs := sendMany(t.Context(), send.Retry(late, o), 2); sent != 2 || refreshes.Load() != 1 {
			t.Errorf("%d sent after %d refreshes: %v", sent, refreshes.Load(), errs)
		}
	})
}

func TestAFailedRefreshIsSharedToo(t *testing.T) {
	broken := errors.New("the token file is gone")
	for _, fault := range []*apiFault{errExpired, errAccount} {
		synctest.Test(t, func(t *testing.T) {
			v := &vault{fault: fault, err: broken}
			o := &send.RetryOptions{Limit: 2 * time.Second, Refresh: v.refresh}
			_, errs := sendMany(t.Context(), send.Retry(v, o), 20)
			if v.refreshes.Load() != 1 || len(errs) != 20 || (v.calls.Load() == 20) != (fault == errExpired) {
				t.Errorf("%s: %d refreshes, %d calls, %d errors", fault.code, v.refreshes.Load(), v.calls.Load(), len(errs))
			}
			for _, err := range errs {
				if !errors.Is(err, fault) || !errors.Is(err, broken) {
					t.Errorf("%s: got %v", fault.code, err)
				}
			}
		})
	}
}

// If the source of credentials needs an operator, the message is not retried.
func TestHopelessRefreshEndsTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(errAccount)
		gone := &apiFault{class: "credential", retry: "no", code: "EntityNotExist.Role"}
		o := &send.RetryOptions{Limit: 2 * time.Second, Refresh: func(context.Context, error) error { return gone }}
		receipt, err := send.Retry(s, o).SendMessage(t.Context(), "t", "p")
		if !errors.Is(err, errAccount) || !errors.Is(err, gone) || receipt.Attempts != 1 || time.Since(s.start) != 0 {
			t.Errorf("%d attempts in %s: %v", receipt.Attempts, time.Since(s.start), err)
		}
	})
}

// Refreshed credentials that are rejected as well end the message, because it gets one refresh.
func TestOneRefreshAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refreshes int
		o := &send.RetryOptions{Refresh: func(context.Context, error) error { refreshes++; return nil }}
		s := play(errExpired)
		receipt, err := send.Retry(s, o).SendMessage(t.Context(), "t", "p")
		if err != error(errExpired) || refreshes != 1 || receipt.Attempts != 2 || s.came[1] != 0 {
			t.Errorf("%d refreshes, calls at %s: %v", refreshes, s.came, err)
		}
		s = play(errAccount, errAccount, errAccount, nil)
		if _, err := send.Retry(s, o).SendMessage(t.Context(), "t", "p"); err != nil || refreshes != 2 || s.came[1] != 0 || s.came[2] == 0 {
			t.Errorf("%d refreshes, calls at %s: %v", refreshes, s.came, err)
		}
	})
}

// If the caller that refreshes goes away, the next one takes over, and none of them fails.
func TestNextCallerTakesOverARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{fault: errExpired}
		s := send.Retry(v, &send.RetryOptions{Refresh: v.refresh})
		ctx, cancel := context.WithCancel(t.Context())
		var first error
		var wg sync.WaitGroup
		wg.Go(func() { _, first = s.SendMessage(ctx, "t", "p") })
		time.Sleep(100 * time.Millisecond)
		time.AfterFunc(500*time.Millisecond, cancel)
		sent, errs := sendMany(t.Context(), s, 10)
		wg.Wait()
		if sent != 10 || v.refreshes.Load() != 2 {
			t.Errorf("%d sent after %d refreshes: %v", sent, v.refreshes.Load(), errs)
		}
		if !errors.Is(first, context.Canceled) || !errors.Is(first, errExpired) {
			t.Errorf("who left got %v", first)
		}
	})
}
