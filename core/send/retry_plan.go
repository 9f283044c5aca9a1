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
	firstBackoff   = 100 * time.Millisecond // at most; doubled each time
	longestBackoff = 2 * time.Second
	maxUnknown     = 3 // attempts, when the last ended in an error that nobody knows
)

// retryOf is what an error says of another attempt, or what follows from its class.
func retryOf(f *fault.Fault) string {
	switch {
	case f.Retry != "":
		return f.Retry
	case f.Class == fault.ClassTransient:
		return fault.RetryBackoff
	}
	return fault.RetryNo
}

// A history is what has been tried for a message.
type history struct {
	calls      int
	ended      time.Time // when the last attempt did
	backoffs   int
	repeated   bool   // at once
	generation uint64 // of the credentials, before the last attempt
	refreshed  bool   // or tried to
	told       told   // to the breaker
	stale      error  // why the credentials were not renewed
	last       error  // of an attempt that came to its end
}

// note tells whoever collects attempts of one.
func (h *history) note(ctx context.Context, began, ended time.Time, err error) {
	t := core.Try{Took: ended.Sub(began), Err: err}
	if !h.ended.IsZero() {
		t.Waited = began.Sub(h.ended)
	}
	h.ended = ended
	core.NoteTry(ctx, t)
}

// delay is how long to wait before another attempt, if one makes sense. It has new credentials then, where that is what
// was missing.
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

// backoff is a random part of a doubling time, so that callers who failed together don't come back together.
func (r *retrier) backoff(h *history) time.Duration {
	most := longestBackoff
	if doubled := firstBackoff << h.backoffs; doubled < most {
		most = doubled
		h.backoffs++
	}
	return time.Duration(r.random(int64(most)))
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
	return fault.Of(err).Retry == fault.RetryNo
}

// explain adds to the error that ends a message what was tried against it in vain.
func (h *history) explain(err error) error {
	if h.stale != nil {
		return because(err, "the credentials were not renewed", h.stale)
	}
	return err
}

// over is the error of a message whose ctx ended with its last attempt. Where that says no more than ctx does, the
// attempt before it does; so it does if the API answered it, and the end of the message's time cut the last one off.
func (h *history) over(ctx context.Context, err error) error {
	switch {
	case !errors.Is(err, ctx.Err()):
		return because(h.explain(err), "no further attempt", ctx.Err())
	case h.last != nil && (fault.Of(err).Code == "" || fault.Of(h.last).Reach == fault.Answered):
		return because(h.explain(h.last), "the attempt after it", err)
	}
	return h.explain(err)
}

// because adds to the error that counts why nothing more was done about it. Its behaviour stays err's.
func because(err error, what string, cause error) error {
	return fmt.Errorf("%w; %s: %w", err, what, cause)
}
