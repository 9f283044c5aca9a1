package send

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// A Limiter lets calls through in the order in which they come, at a rate that no one-second window exceeds. The API's
// answers lower the rate and raise it again, see Feedback and Halve. It is safe for concurrent use.
type Limiter struct {
	turn chan struct{} // held by the caller who is next; the others queue for it

	mu     sync.Mutex
	bucket *rate.Limiter // nil without a limit
	queued int           // callers that are not through yet
	aimd   aimd
	now    func() time.Time
}

// NewLimiter returns a limiter of a rate in calls a second, the first of which go through at once. At 0 there is no
// limit, and nothing changes that.
func NewLimiter(perSecond int) *Limiter {
	l := &Limiter{turn: make(chan struct{}, 1), now: time.Now}
	if perSecond > 0 {
		l.aimd = aimd{full: float64(perSecond), ceiling: float64(perSecond), current: float64(perSecond)}
		refill, burst := bucketOf(l.aimd.current)
		l.bucket = rate.NewLimiter(refill, burst)
	}
	return l
}

// bucketOf returns a token bucket that lets at most perSecond calls through in any second, both ends included: one may
// find the bucket full, so what it holds is taken from what it gains. The margin is for calls that take longer on their
// way than those after them, and meet them at the API.
func bucketOf(perSecond float64) (refill rate.Limit, burst int) {
	const margin = 0.02
	burst = 1 + int(perSecond/100)
	return rate.Limit(perSecond*(1-margin) - float64(burst-1)), burst
}

// Wait lets one call through and returns nil. A caller whose turn would come too late is told so at once: the error is of
// class throttled, with the code LimiterFull and the wait as RetryAfter. Too late is when less than a second remains
// before the context's deadline, or less than half of the time that the caller has if that is shorter: what is let
// through in its last moment can only fail. Who is refused, and who leaves the queue, has used up nothing.
func (l *Limiter) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil || l.bucket == nil {
		return err
	}
	latest, through, err := l.enter(ctx)
	if through || err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return l.leave(ctx)
	}
	for {
		wait, through := l.take()
		switch {
		case through:
			return nil
		case l.now().Add(wait).After(latest), sleep(ctx, wait) != nil:
			return l.leave(ctx)
		}
	}
}

// Paced returns a Sender that waits for pace, a Limiter's Wait, before s sends a message.
func Paced(s core.Sender, pace func(context.Context) error) core.Sender { return paced{s, pace} }

type paced struct {
	sender core.Sender
	pace   func(context.Context) error
}

func (p paced) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	if err := p.pace(ctx); err != nil {
		return core.Receipt{}, err
	}
	return p.sender.SendMessage(ctx, topic, payload)
}

// enter lets a caller through, or into the queue until the latest time for its turn, or tells it to come again.
func (l *Limiter) enter(ctx context.Context) (latest time.Time, through bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.recover(now)
	if l.queued == 0 && l.bucket.AllowN(now, 1) {
		return now, true, nil
	}
	wait := l.waitFor(l.queued+1, now)
	if latest = latestTurn(ctx, now); now.Add(wait).After(latest) {
		return latest, false, l.full(wait, nil)
	}
	l.queued++
	return latest, false, nil
}

func latestTurn(ctx context.Context, now time.Time) time.Time {
	deadline, ok := ctx.Deadline()
	if !ok {
		return now.Add(math.MaxInt64)
	}
	return deadline.Add(-min(time.Second, deadline.Sub(now)/2))
}

// take lets the next caller through, or says how long that will take.
func (l *Limiter) take() (wait time.Duration, through bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.recover(now)
	if l.bucket.AllowN(now, 1) {
		l.queued--
		return 0, true
	}
	return l.waitFor(1, now), false
}

// leave gives up a place in the queue: because the caller went away, or because the rate fell and its turn is too far.
func (l *Limiter) leave(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queued--
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return l.full(l.waitFor(l.queued+1, l.now()), ctx.Err())
}

// waitFor is how long the next n calls take, rounded up.
func (l *Limiter) waitFor(n int, now time.Time) time.Duration {
	missing := float64(n) - l.bucket.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(missing / float64(l.bucket.Limit()) * float64(time.Second)))
}

func (l *Limiter) full(wait time.Duration, cause error) error {
	return limiterFull("", l.aimd.current, wait, cause)
}

// limiterFull is the error of a call whose turn would come too late; of says whose rate it is.
func limiterFull(of string, rate float64, wait time.Duration, cause error) error {
	return notSent(fault.CodeLimiterFull, wait, cause, "no call: at %v calls a second%s the message's turn is %s away, longer than it may wait",
		math.Round(10*rate)/10, of, wait.Round(time.Millisecond))
}

// spend counts a call that was let through by somebody else, so that the limiter has nothing saved up when it is needed.
func (l *Limiter) spend() {
	if l.bucket == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bucket.AllowN(l.now(), 1)
}
