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

// A Limiter lets calls through in the order of their arrival, at a rate that no one-second window exceeds. The API's
// answers lower and raise the rate: see Feedback and Halve. It is safe for concurrent use.
type Limiter struct {
	turn chan struct{} // held by the next caller; the others queue for it

	mu     sync.Mutex
	bucket *rate.Limiter // nil means no limit
	queued int           // callers that still wait
	aimd   aimd
	now    func() time.Time
}

// NewLimiter returns a limiter of a rate in calls a second. The first second's calls go through at once. 0 means no limit
// at any time.
func NewLimiter(perSecond int) *Limiter {
	l := &Limiter{turn: make(chan struct{}, 1), now: time.Now}
	if perSecond > 0 {
		l.aimd = aimd{full: float64(perSecond), ceiling: float64(perSecond), current: float64(perSecond)}
		refill, burst := bucketOf(l.aimd.current)
		l.bucket = rate.NewLimiter(refill, burst)
	}
	return l
}

// bucketOf returns a token bucket that lets at most perSecond calls through in any second, including both ends. As such a
// second can start with a full bucket, the bucket's size is subtracted from its refill. The margin is for calls that take
// longer on their way, and so arrive at the API together with later ones.
func bucketOf(perSecond float64) (refill rate.Limit, burst int) {
	const margin = 0.02
	burst = 1 + int(perSecond/100)
	return rate.Limit(perSecond*(1-margin) - float64(burst-1)), burst
}

// Wait returns nil once the call may be made. It returns an error at once if the caller would wait too long: of class
// throttled, with the code LimiterFull and the wait as RetryAfter. A wait is too long if it leaves less than a second
// before the context's deadline, or less than half of the caller's time if that is shorter, because a call in the last
// moment can only fail. A caller that gets an error or leaves the queue does not use up the rate.
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

// enter lets a caller through, or adds it to the queue until the latest time for its call, or returns LimiterFull.
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

// take lets the next caller through, or returns how long that will take.
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

// leave removes a caller from the queue, because it went away, or because the rate fell and it would wait too long.
func (l *Limiter) leave(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queued--
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return l.full(l.waitFor(l.queued+1, l.now()), ctx.Err())
}

// waitFor returns how long the next n calls take, rounded up.
func (l *Limiter) waitFor(n int, now time.Time) time.Duration {
	missing := max(0, float64(n)-l.bucket.TokensAt(now))
	return time.Duration(math.Ceil(missing / float64(l.bucket.Limit()) * float64(time.Second)))
}

func (l *Limiter) full(wait time.Duration, cause error) error {
	return limiterFull("", l.aimd.current, wait, cause)
}

// limiterFull returns the error of a call that would wait too long. of says whose rate it is.
func limiterFull(of string, rate float64, wait time.Duration, cause error) error {
	return notSent(fault.CodeLimiterFull, wait, cause, "no call: at %v calls a second%s the message would have to wait %s, which is too long for its deadline",
		math.Round(10*rate)/10, of, wait.Round(time.Millisecond))
}

// drain takes away the calls that no one has used, so that the next caller waits as if a call had just been made.
func (l *Limiter) drain() {
	if l.bucket == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now, burst := l.now(), l.bucket.Burst()
	l.bucket.SetBurstAt(now, 0)
	l.bucket.SetBurstAt(now, burst)
}
