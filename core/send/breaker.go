package send

import (
	"context"
	"sync"
	"time"

	"sendbridge/core"
)

// A Breaker is a Sender that stops calling while calls cannot succeed: when the API seems to have blocked this address,
// rejects the credentials, or nothing listens at its endpoint. The Breaker then returns an error at once, with the time of
// the next trial call as RetryAfter, and makes one trial call at a time. It is safe for concurrent use.
//
// A block is suspected after five calls in a row that were reset, refused, not answered in a second or more, or answered
// 403 with a page instead of a code. Errors are then of class transient, with the code AddressBlocked. Trial calls start at
// five seconds, and then come after a quarter of the time that the block has lasted, at most ten minutes: a short fault of
// the network is over soon after it ends, and calls do not keep an address blocked. Five faults of class credential in a
// row give errors of that class, with the code CredentialsRefused and the last fault in their chain, and trial calls after
// one second to one minute. So do five calls to an endpoint at which nothing has ever listened, with the code
// EndpointRefused and of class unsupported. Calls that were in flight together count as one, and so do the attempts of a
// message that Retry makes.
type Breaker struct {
	sender  core.Sender
	options BreakerOptions
	now     func() time.Time

	mu      sync.Mutex
	circuit circuit
}

// BreakerOptions are the options of a Breaker. The zero value is valid.
type BreakerOptions struct {
	Blocked  func()          // called once for each block, for Limiter.Halve
	Answered func(err error) // called with the outcome of each call made, nil for success, for Limiter.Feedback
}

// NewBreaker returns a breaker in front of s, which makes one call for each message.
func NewBreaker(s core.Sender, o *BreakerOptions) *Breaker {
	if o == nil {
		o = &BreakerOptions{}
	}
	b := &Breaker{sender: s, options: *o, now: time.Now}
	if b.options.Blocked == nil {
		b.options.Blocked = func() {}
	}
	if b.options.Answered == nil {
		b.options.Answered = func(error) {}
	}
	return b
}

// SendMessage calls the sender, or returns an error without a call.
func (b *Breaker) SendMessage(ctx context.Context, topic, payload string) (receipt core.Receipt, err error) {
	began := b.now()
	b.mu.Lock()
	pass, err := b.circuit.enter(began)
	b.mu.Unlock()
	if err != nil {
		return core.Receipt{}, err
	}
	ended, seen := began, inconclusive // the verdict of a panic
	defer func() { b.settle(pass, seen, err, ended) }()
	receipt, err = b.sender.SendMessage(ctx, topic, payload)
	if seen = answered; err != nil {
		ended = b.now()
		seen = verdictOf(err, ended.Sub(began))
	}
	if !pass.trial && seen.stops() && reportedBefore(ctx, seen) {
		seen = inconclusive
	}
	b.options.Answered(err)
	return receipt, err
}

// Guard returns a Sender that returns the breaker's error while no call would be made, and otherwise calls s. So messages
// do not queue while the breaker is open.
func (b *Breaker) Guard(s core.Sender) core.Sender { return guarded{b, s} }

type guarded struct {
	breaker *Breaker
	sender  core.Sender
}

func (g guarded) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	if err := g.breaker.refuses(); err != nil {
		return core.Receipt{}, err
	}
	return g.sender.SendMessage(ctx, topic, payload)
}

// refuses returns why no call would be made now, or nil.
func (b *Breaker) refuses() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.circuit.refuses(b.now())
}

func (b *Breaker) settle(p pass, seen verdict, err error, now time.Time) {
	b.mu.Lock()
	opened := b.circuit.leave(p, seen, err, now)
	b.mu.Unlock()
	if opened && seen == looksBlocked {
		b.options.Blocked()
	}
}

// State returns "closed" while calls are made, "open" while none are made, and "half-open" from the time when a trial call
// may be made until its outcome is known.
func (b *Breaker) State() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch c := &b.circuit; {
	case c.open == inconclusive:
		return "closed"
	case b.now().Before(c.until):
		return "open"
	}
	return "half-open"
}
