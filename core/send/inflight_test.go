package send_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// slowly is an API whose calls take a second.
func slowly(ctx context.Context, _, _ string) (core.Receipt, error) {
	return core.Receipt{MsgID: "M"}, wait(ctx, time.Second)
}

// Callers beyond the limit wait until a call has ended, and then for the rate. Callers that find room do not wait for the
// rate again.
func TestCallersBeyondTheLimitWait(t *testing.T) {
	var paced atomic.Int32
	for name, tt := range map[string]struct {
		pace  func(context.Context) error
		want  []time.Duration
		paced int32
	}{
		"without a rate": {nil, []time.Duration{1000, 1000, 2000, 2000, 3000}, 0},
		"with a rate": {func(ctx context.Context) error { paced.Add(1); return wait(ctx, 300*time.Millisecond) },
			[]time.Duration{1000, 1000, 2300, 2300, 3600}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				paced.Store(0)
				s := send.InFlight(sendtest.SenderFunc(slowly), 2, tt.pace)
				start := time.Now()
				ended := make(chan time.Duration, len(tt.want))
				for range tt.want {
					go func() {
						if r, err := s.SendMessage(t.Context(), "t", "p"); err != nil || r.MsgID != "M" {
							t.Errorf("%+v, %v", r, err)
						}
						ended <- time.Since(start)
					}()
					synctest.Wait()
				}
				var got []time.Duration
				for range tt.want {
					got = append(got, (<-ended)/time.Millisecond)
				}
				if !slices.Equal(got, tt.want) || paced.Load() != tt.paced {
					t.Errorf("calls ended after %d ms, want %d; %d waited for the rate", got, tt.want, paced.Load())
				}
			})
		})
	}
}

// A caller whose time ends while it waits makes no call and takes no place.
func TestAWaitForAnotherCallEndsWithTheCallersTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		s := send.InFlight(sendtest.SenderFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
			calls++
			return slowly(ctx, topic, payload)
		}), 1, nil)
		first := make(chan error)
		go func() { _, err := s.SendMessage(t.Context(), "t", "p"); first <- err }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		defer cancel()
		start := time.Now()
		r, err := s.SendMessage(ctx, "t", "p")
		f := fault.Of(err)
		if f.Code != "ConcurrencyFull" || f.Class != fault.ClassTransient || f.Reach != fault.NotSent || f.RetryAfter != time.Second {
			t.Errorf("%v: %+v", err, f)
		}
		if !errors.Is(err, context.DeadlineExceeded) || r != (core.Receipt{}) || calls != 1 || time.Since(start) != 400*time.Millisecond {
			t.Errorf("%d calls, %+v after %s: %v", calls, r, time.Since(start), err)
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
		if _, err := s.SendMessage(t.Context(), "t", "p"); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("the next call ended after %s: %v", time.Since(start), err)
		}
	})
}

// A caller that the rate refuses after its wait makes no call, and its place is free again.
func TestARefusedCallerFreesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full, calls := errors.New("full"), 0
		s := send.InFlight(sendtest.SenderFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
			calls++
			return slowly(ctx, topic, payload)
		}), 1, func(context.Context) error { return full })
		start := time.Now()
		if sent, errs := sendMany(t.Context(), s, 3); sent != 1 || len(errs) != 2 || errs[0] != full || errs[1] != full || calls != 1 {
			t.Errorf("%d sent, %d calls, %v", sent, calls, errs)
		}
		if _, err := s.SendMessage(t.Context(), "t", "p"); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("the next call ended after %s: %v", time.Since(start), err)
		}
	})
}
