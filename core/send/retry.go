// Package send wraps a Sender in Senders that respect the API's rules: a rate that no second exceeds, a limit of calls in
// flight, retries, and a breaker that stops calling while calls cannot succeed. Each Sender does one of these and does not
// know the others.
package send

import (
	"context"
	"math/rand/v2"
	"time"

	"sendbridge/core"
	"sendbridge/internal/timelimit"
)

// Retry returns a Sender that calls s until it succeeds or another attempt is pointless. An error's method
// Retry says what the next attempt should wait for:
//
//	"no"               nothing: the error is returned
//	"backoff"          a growing, random delay, and at least the error's RetryAfter
//	"now"              nothing, once a message; then as "backoff"
//	"refresh"          new credentials, once a message; then as "no"
//	"refresh-backoff"  new credentials, once a message; then as "backoff", unless their refresh says "no" itself
//
// Errors without the method are retried with a growing delay if their class is transient. Class unknown gets three
// attempts.
//
// Retry gives up when the next wait would exceed the message's deadline, or without a deadline when ctx is done. The
// error is the last attempt's, and wraps ctx's error if ctx ended a wait. The receipt's Attempts
// is the number of calls made, also with an error.
func Retry(s core.Sender, o *RetryOptions) core.Sender {
	if o == nil {
		o = &RetryOptions{}
	}
	r := &retrier{sender: s, options: *o, random: rand.Int64N, now: time.Now}
	r.renewal.refresh, r.renewal.turn = o.Refresh, make(chan struct{}, 1)
	return r
}

// RetryOptions are the options of Retry. The zero value is valid.
type RetryOptions struct {
	// Limit is the time for one message with all its attempts, from the start of the first; 0 means that only the context's
	// deadline counts.
	Limit time.Duration
	// Pace is called before every attempt but the first, unless it is nil. Its error ends the message.
	Pace func(ctx context.Context) error
	// Refresh gets new credentials after an attempt failed because of them, with the attempt's error as cause. It returns
	// nil only if the credentials have changed. All attempts that used the same credentials share a call. Nil means that
	// credentials cannot be refreshed.
	Refresh func(ctx context.Context, cause error) error
}

type retrier struct {
	sender  core.Sender
	options RetryOptions
	renewal renewal
	random  func(n int64) int64 // in [0, n)
	now     func() time.Time
}

func (r *retrier) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	if r.options.Limit > 0 {
		limited := timelimit.With(ctx, r.options.Limit)
		defer limited.Release()
		ctx = limited
	}
	var h history
	attempt := ctx
	for {
		h.generation = r.renewal.generation.Load()
		began := r.now()
		receipt, err := r.sender.SendMessage(attempt, topic, payload)
		h.note(ctx, began, r.now(), err)
		if made(err) {
			h.calls++
		}
		receipt.Attempts = h.calls
		if err == nil {
			return receipt, nil
		}
		if seen := verdictOf(err, enoughTime); seen.stops() {
			h.reported = h.reported.with(seen)
			attempt = h.reported.context(ctx)
		}
		if err = r.prepare(ctx, &h, err); err != nil {
			return receipt, err
		}
	}
}

// prepare returns nil when another attempt may be made, or the error that ends the message.
func (r *retrier) prepare(ctx context.Context, h *history, err error) error {
	if ctx.Err() != nil {
		return h.over(ctx, err)
	}
	h.last = err
	delay, again := r.delay(ctx, h, err)
	if deadline, ok := ctx.Deadline(); !again || ok && !r.now().Add(delay).Before(deadline) {
		return h.explain(err)
	}
	if cause := r.pause(ctx, delay); cause != nil {
		return because(h.explain(err), "no further attempt", cause)
	}
	return nil
}

func (r *retrier) pause(ctx context.Context, delay time.Duration) error {
	if err := sleep(ctx, delay); err != nil || r.options.Pace == nil {
		return err
	}
	return r.options.Pace(ctx)
}
