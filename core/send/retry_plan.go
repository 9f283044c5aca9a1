package send

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
)

const (
	firstBackoff   = 100 * time.Millisecond // the maximum before the second attempt; doubles each time
	longestBackoff = 2 * time.Second
	maxUnknown     = 3 // attempts, if the last ended with an error of class unknown
)

// retryOf returns what an error says about another attempt, or what its class implies.
func retryOf(f *fault.Fault) string {
	switch {
	case f.Retry != "":
		return f.Retry
	case f.Class == fault.ClassTransient:
		return fault.RetryBackoff
	}
	return fault.RetryNo
}

// A history is the attempts at a message so far.
type history struct {
	calls      int
	ended      time.Time // when the last attempt ended
	backoffs   int
	repeated   bool     // an attempt was repeated at once
	generation uint64   // generation of the credentials before the last attempt
	refreshed  bool     // the credentials were refreshed, or a refresh failed
	reported   reported // to the breaker
	stale      error    // why the credentials were not refreshed
	last       error    // the error of the last attempt that was not cut off
}

// note records an attempt for core's collection of attempts.
func (h *history) note(ctx context.Context, began, ended time.Time, err error) {
	t := core.Try{Took: ended.Sub(began), Err: err}
	if !h.ended.IsZero() {
		t.Waited = began.Sub(h.ended)
	}
	h.ended = ended
	core.NoteTry(ctx, t)
}

// delay returns how long to wait before another attempt, and whether one makes sense. It refreshes the credentials if the
// error requires that.
func (r *retrier) delay(ctx context.Context, h *history, err error) (wait time.Duration, again bool) {
	f := fault.Of(err)
	if f.Class == fault.ClassUnknown && h.calls >= maxUnknown {
		return 0, false
	}
	switch retryOf(&f) {
	case fault.RetryNow:
		if !h.repeated {
			h.repeated = true
			return 0, true
		}
	case fault.RetryRefresh:
		return 0, r.refresh(ctx, h, err)
	case fault.RetryRefreshBackoff:
		if r.refresh(ctx, h, err) {
			return 0, true
		}
		if hopeless(h.stale) {
			return 0, false
		}
	case fault.RetryBackoff:
	default:
		return 0, false
	}
	return r.backoff(h) + f.RetryAfter, true
}

// backoff returns a random part of a doubling time, so that callers that failed together do not retry together.
func (r *retrier) backoff(h *history) time.Duration {
	most := longestBackoff
	if doubled := firstBackoff << h.backoffs; doubled < most {
		most = doubled
		h.backoffs++
	}
	return time.Duration(r.random(int64(most)))
}

// refresh refreshes the credentials, at most once a message.
func (r *retrier) refresh(ctx context.Context, h *history, err error) bool {
	if h.refreshed || r.options.Refresh == nil {
		return false
	}
	h.refreshed = true
	h.stale = r.renewal.renew(ctx, h.generation, err)
	return h.stale == nil
}

// hopeless reports whether the source of credentials has none until its operator acts. Unchanged credentials are not
// hopeless.
func hopeless(err error) bool {
	return fault.Of(err).Retry == fault.RetryNo
}

// explain adds to the error that ends a message why the credentials were not refreshed.
func (h *history) explain(err error) error {
	if h.stale != nil {
		return because(err, "the credentials were not refreshed", h.stale)
	}
	return err
}

// over returns the error of a message whose ctx ended during its last attempt. It is the earlier attempt's error if the
// last one only says that ctx has ended, or if the API has answered the earlier attempt.
func (h *history) over(ctx context.Context, err error) error {
	switch {
	case !errors.Is(err, ctx.Err()):
		return because(h.explain(err), "no further attempt", ctx.Err())
	case h.last != nil && (fault.Of(err).Code == "" || fault.Of(h.last).Reach == fault.Answered):
		return because(h.explain(h.last), "the attempt after it", err)
	}
	return h.explain(err)
}

// because adds a secondary error to err. The result has err's class, code and retry.
func because(err error, what string, cause error) error {
	return fmt.Errorf("%w; %s: %w", err, what, cause)
}
