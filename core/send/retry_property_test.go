package send_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/send"
	"sendbridge/core/send/sendtest"
)

// A take is the outcome of one attempt.
type take struct {
	outcome error
	lasts   time.Duration
	came    time.Duration // -1 if the attempt was not made
}

func drawTake(t *rapid.T) *take {
	kinds := []error{nil, errOverflow, errReset, errStale, errDenied, errStrange, errExpired, errAccount, errors.New("what"), sendtest.OfClass("transient"),
		&apiFault{class: "throttled", retry: "backoff", code: "Throttling", after: 700 * time.Millisecond}}
	return &take{
		outcome: rapid.SampledFrom(kinds).Draw(t, "outcome"),
		lasts:   time.Duration(rapid.IntRange(0, 1500).Draw(t, "lasts")) * time.Millisecond,
		came:    -1,
	}
}

// For any outcomes: the number of attempts is counted correctly, each attempt is within the limit and after the previous
// one's hint, nothing follows a success or an error with retry "no", and the error is the API's last one.
func TestRetryProperties(t *testing.T) {
	const limit = 4 * time.Second
	rapid.Check(t, func(rt *rapid.T) {
		takes := rapid.SliceOfN(rapid.Custom(drawTake), 60, 60).Draw(rt, "takes")
		n, refreshes := 0, 0
		var receipt core.Receipt
		var err error
		var took time.Duration
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			inner := sendtest.SenderFunc(func(ctx context.Context, _, _ string) (core.Receipt, error) {
				now := takes[n]
				n++
				now.came = time.Since(start)
				if cut := wait(ctx, now.lasts); cut != nil {
					now.outcome = cut
				}
				if now.outcome != nil {
					return core.Receipt{}, now.outcome
				}
				return core.Receipt{MsgID: "M"}, nil
			})
			o := &send.RetryOptions{Limit: limit, Refresh: func(context.Context, error) error { refreshes++; return nil }}
			receipt, err = send.Retry(inner, o).SendMessage(t.Context(), "t", "p")
			took = time.Since(start)
		})
		if receipt.Attempts != n || (receipt.MsgID == "") != (err != nil) || took > limit || refreshes > 1 {
			rt.Fatalf("%d of %d attempts, %d refreshes in %s: %v", receipt.Attempts, n, refreshes, took, err)
		}
		checkTakes(rt, takes[:n], err)
	})
}

func checkTakes(t *rapid.T, takes []*take, final error) {
	var said error
	for i, now := range takes {
		if i > 0 {
			before := takes[i-1]
			var hint *apiFault
			if errors.As(before.outcome, &hint) && now.came < before.came+before.lasts+hint.after {
				t.Fatalf("attempt %d came too early", i+1)
			}
			if before.outcome == nil || before.outcome == errDenied || before.outcome.Error() == "what" || before.outcome == errStrange && i >= 3 {
				t.Fatalf("attempt %d came after %v", i+1, before.outcome)
			}
		}
		if now.outcome == nil || !errors.Is(now.outcome, context.DeadlineExceeded) {
			said = now.outcome
		}
	}
	if said != nil && !errors.Is(final, said) || (final == nil) != (takes[len(takes)-1].outcome == nil) {
		t.Fatalf("final %v, the API said %v", final, said)
	}
}
