package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What Retry says.
const (
	retryNo             = "no"
	retryBackoff        = "backoff"
	retryNow            = "now"
	retryRefresh        = "refresh"
	retryRefreshBackoff = "refresh-backoff"
)

const (
	firstBackoff   = 100 * time.Millisecond // at most; doubled each time
	longestBackoff = 2 * time.Second
	maxUnknown     = 3 // attempts, when the last ended in an error that nobody knows
)

// retryOf is what err says of another attempt, or what follows from its class.
func retryOf(err error) string {
	var r interface{ Retry() string }
	switch {
	case errors.As(err, &r):
		return r.Retry()
	case ClassOf(err) == ClassTransient:
		return retryBackoff
	}
	return retryNo
}

// A history is what has been tried for a message.
type history struct {
	calls      int
	backoffs   int
	repeated   bool   // at once
	generation uint64 // of the credentials, before the last attempt
	refreshed  bool   // or tried to
	stale      error  // why the credentials were not renewed
	last       error  // of an attempt that came to its end
}

// delay is how long to wait before another attempt, if one makes sense. It has new credentials then, where that is what
// was missing.
func (r *retrier) delay(ctx context.Context, h *history, err error) (wait time.Duration, again bool) {
	if ClassOf(err) == ClassUnknown && h.calls >= maxUnknown {
		return 0, false
	}
	switch retryOf(err) {
	case retryNow:
		if !h.repeated {
			h.repeated = true
			return 0, true
		}
	case retryRefresh:
		return 0, r.refresh(ctx, h, err)
	case retryRefreshBackoff:
		if r.refresh(ctx, h, err) {
			return 0, true
		}
		if hopeless(h.stale) {
			return 0, false
		}
	case retryBackoff:
	default:
		return 0, false
	}
	return r.backoff(h, err), true
}

// backoff is a random part of a doubling time, so that callers who failed together don't come back together.
func (r *retrier) backoff(h *history, err error) time.Duration {
	most := longestBackoff
	if doubled := firstBackoff << h.backoffs; doubled < most {
		most = doubled
		h.backoffs++
	}
	wait := time.Duration(r.random(int64(most)))
	if hint := (interface{ RetryAfter() time.Duration })(nil); errors.As(err, &hint) {
		wait += hint.RetryAfter()
	}
	return wait
}

// refresh gets other credentials, once a message.
func (r *retrier) refresh(ctx context.Context, h *history, err error) bool {
	if h.refreshed || r.options.Refresh == nil {
		return false
	}
	h.refreshed = true
	h.stale = r.renewal.renew(ctx, h.generation, err)
	return h.stale == nil
}

// hopeless says that whoever gives credentials has none until a person acts. That the same ones came again is less.
func hopeless(err error) bool {
	var r interface{ Retry() string }
	return errors.As(err, &r) && r.Retry() == retryNo
}

// explain adds to the error that ends a message what was tried against it in vain.
func (h *history) explain(err error) error {
	if h.stale != nil {
		return because(err, "the credentials were not renewed", h.stale)
	}
	return err
}

// over is the error of a message whose ctx ended with its last attempt. Where that says no more than ctx does, the
// attempt before it does.
func (h *history) over(ctx context.Context, err error) error {
	var known interface{ Class() string }
	switch {
	case !errors.Is(err, ctx.Err()):
		return because(h.explain(err), "no further attempt", ctx.Err())
	case h.last != nil && !errors.As(err, &known):
		return because(h.explain(h.last), "the attempt after it", err)
	}
	return h.explain(err)
}

// because adds to the error that counts why nothing more was done about it. Its behaviour stays err's.
func because(err error, what string, cause error) error {
	return fmt.Errorf("%w; %s: %w", err, what, cause)
}
